package io.waybill.tracking.webhook;

import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where results are sent: an address that whoever deploys the application has named, so no message can lead requests anywhere else.
 *
 * @param name 1 to 60 of {@code [a-z0-9-]}; its deliveries and positions are kept under it
 * @param secrets 1 or 2 keys that sign, the second while receivers change over; never in messages
 * @param pipelines whose results it gets; empty: all
 */
public record WebhookTarget(String name, URI url, List<byte[]> secrets, Set<String> pipelines) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,59}");
    private static final String PREFIX = "whsec_";
    private static final int LEAST_BYTES = 24;
    private static final int MOST_BYTES = 64;
    private static final int MOST_SECRETS = 2;

    public WebhookTarget {
        secrets = List.copyOf(secrets);
        pipelines = Set.copyOf(pipelines);
    }

    /**
     * @param secrets {@code whsec_} and 24 to 64 bytes in base64, as the Standard Webhooks have them
     * @throws IllegalArgumentException names the property
     */
    public static WebhookTarget of(
            String name, @Nullable URI url, @Nullable List<String> secrets, @Nullable List<String> pipelines) {
        String property = "waybill.webhooks.targets." + name;
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "expected the name of %s to be 1 to 60 of [a-z0-9-], but was '%s'".formatted(property, name));
        }
        if (url == null) {
            throw new IllegalArgumentException("expected %s.url, but it is missing".formatted(property));
        }
        boolean isHttp = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
        if (!isHttp || url.getHost() == null || url.getUserInfo() != null || url.getFragment() != null) {
            throw new IllegalArgumentException(
                    "expected %s.url to be an http or https address with a host, without user and fragment, but was %s"
                            .formatted(property, url.getScheme() + "://" + url.getHost()));
        }
        if (secrets == null || secrets.isEmpty() || secrets.size() > MOST_SECRETS) {
            throw new IllegalArgumentException("expected 1 or 2 in %s.secrets, but were %d"
                    .formatted(property, secrets == null ? 0 : secrets.size()));
        }
        return new WebhookTarget(
                name,
                url,
                secrets.stream().map(secret -> key(property, secret)).toList(),
                pipelines == null ? Set.of() : Set.copyOf(pipelines));
    }

    private static byte[] key(String property, String secret) {
        try {
            byte[] key = secret.startsWith(PREFIX)
                    ? Base64.getDecoder().decode(secret.substring(PREFIX.length()))
                    : new byte[0];
            if (key.length >= LEAST_BYTES && key.length <= MOST_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException malformed) {
            // Said below, without the secret.
        }
        throw new IllegalArgumentException(
                "expected each of %s.secrets to be whsec_ and %d to %d bytes in base64, but one is not"
                        .formatted(property, LEAST_BYTES, MOST_BYTES));
    }

    boolean wants(String pipeline) {
        return pipelines.isEmpty() || pipelines.contains(pipeline);
    }

    @Override
    public String toString() {
        return "webhook target '" + name + "'";
    }
}
