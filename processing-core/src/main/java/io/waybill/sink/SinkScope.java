package io.waybill.sink;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Which sink of which pipeline this is. Everything a participant keeps (fence rows, prepared transactions) is kept under
 * {@link #tag()}: several pipelines may share one database.
 *
 * @param group the pipeline's consumer group, unique in its Kafka cluster
 * @param sink the operator's name, which never changes
 */
public record SinkScope(String group, String sink) {

    private static final int NAME = 20;
    private static final int HASH = 12;

    /** The same for the same names, at most 33 characters of {@code [a-z0-9~-]}. */
    public String tag() {
        String name = sink.length() <= NAME ? sink : sink.substring(0, NAME);
        String hash = UUID.nameUUIDFromBytes((group + "/" + sink).getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
        return name + "~" + hash.substring(0, HASH);
    }
}
