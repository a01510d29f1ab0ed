package io.waybill.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A topic as a sink: its records become visible to read-committed readers with the checkpoint that holds them.
 * Immutable. Every record carries the headers {@code Waybill-Tracking-Id}, {@code Waybill-Source-Timestamp} (of the
 * flow's first record, milliseconds since the epoch) and {@code Message-Id}: tracking id, part path, sink and number,
 * unique for each output and the same again when it is repeated. Its own timestamp is the time of its writing.
 */
public final class KafkaSink<T> {

    private final String topic;
    private final Serde<T> value;
    private final @Nullable Fn<T, byte[]> key;
    private final List<String> readers;

    private KafkaSink(String topic, Serde<T> value, @Nullable Fn<T, byte[]> key, List<String> readers) {
        this.topic = topic;
        this.value = value;
        this.key = key;
        this.readers = List.copyOf(readers);
    }

    /** The topic must exist when the application starts. */
    public static Topic topic(String name) {
        return new Topic(name);
    }

    public <K> KafkaSink<T> key(Fn<? super T, ? extends K> function, Serde<K> serde) {
        return new KafkaSink<>(topic, value, v -> serde.serialize(function.apply(v)), readers);
    }

    /**
     * The flow goes on in these pipelines, each of which must read the topic: what they make of the record are parts of
     * the message that it came from, under the same tracking id. The flow is whole when each of them is done with it, so
     * one that never runs leaves it open. A pipeline that reads the topic and is not named begins flows of its own.
     */
    public KafkaSink<T> continuedBy(String... pipelines) {
        List<String> all = new ArrayList<>(readers);
        all.addAll(List.of(pipelines));
        return new KafkaSink<>(topic, value, key, all);
    }

    /** The same without {@link #continuedBy}: its flows end here. */
    public KafkaSink<T> continuedByNobody() {
        return new KafkaSink<>(topic, value, key, List.of());
    }

    KafkaSink<T> withSerde(Serde<T> other) {
        return new KafkaSink<>(topic, other, key, readers);
    }

    public String topic() {
        return topic;
    }

    /** Names of the pipelines in which its flows go on. */
    public List<String> readers() {
        return readers;
    }

    public Serde<T> serde() {
        return value;
    }

    /** The key of the output for this value; null where the sink declares none. */
    public byte @Nullable [] keyOf(T output) throws Exception {
        return key == null ? null : key.apply(output);
    }

    /** Awaits the serde of the value. */
    public record Topic(String name) {

        public <T> KafkaSink<T> value(Serde<T> serde) {
            return new KafkaSink<>(name, serde, null, List.of());
        }
    }
}
