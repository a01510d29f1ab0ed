package io.waybill.pipeline.kafka;

import io.waybill.pipeline.Serde;
import org.jspecify.annotations.Nullable;

/** A serde of Kafka's as one of a pipeline's. Configure it first; it must be safe for any thread. */
public final class KafkaSerde {

    private KafkaSerde() {}

    /**
     * @param topic what the serde is told to be reading and writing; a schema registry's serde finds its subject by it
     * @param format names the bytes, see {@link Serde#format}
     */
    public static <T> Serde<T> of(org.apache.kafka.common.serialization.Serde<T> serde, String topic, String format) {
        return new Serde<>() {
            @Override
            public byte[] serialize(T value) {
                return present(serde.serializer().serialize(topic, value), "bytes");
            }

            @Override
            public T deserialize(byte[] bytes) {
                return present(serde.deserializer().deserialize(topic, bytes), "a value");
            }

            @Override
            public String format() {
                return format;
            }
        };
    }

    /** Kafka's serdes may answer with null. */
    private static <R> R present(@Nullable R result, String what) {
        if (result == null) {
            throw new IllegalArgumentException("expected " + what + " of the serde, but was null");
        }
        return result;
    }
}
