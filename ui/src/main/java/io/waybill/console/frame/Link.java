package io.waybill.console.frame;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/** A link within the console; parameters without a value are left out of it. */
public final class Link {

    private final UriComponentsBuilder uri;

    private Link(UriComponentsBuilder uri) {
        this.uri = uri;
    }

    /** @param segments of the path, each of any content */
    public static Link to(String... segments) {
        UriComponentsBuilder uri = UriComponentsBuilder.newInstance();
        for (String segment : segments) {
            uri.pathSegment(UriUtils.encode(segment, StandardCharsets.UTF_8));
        }
        return new Link(uri);
    }

    public Link with(String name, @Nullable Object value) {
        if (value != null && !value.toString().isEmpty()) {
            uri.queryParam(name, UriUtils.encode(value.toString(), StandardCharsets.UTF_8));
        }
        return this;
    }

    @Override
    public String toString() {
        String link = uri.build(true).toUriString();
        return link.startsWith("/") ? link : "/" + link;
    }
}
