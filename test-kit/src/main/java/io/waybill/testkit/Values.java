package io.waybill.testkit;

import io.waybill.pipeline.Serde;

/** Values and their serdes, where the pipeline forgot their types. */
final class Values {

    private Values() {}

    static <V> V cast(String what, Class<V> type, Object value) {
        if (!type.isInstance(value)) {
            throw PipelineTestException.wrongType(what, type, value);
        }
        return type.cast(value);
    }

    /** @throws PipelineTestException where the serde is for values of another type */
    static byte[] write(String what, Serde<?> serde, Object value) {
        @SuppressWarnings("unchecked")
        Serde<Object> untyped = (Serde<Object>) serde;
        try {
            return untyped.serialize(value);
        } catch (Exception e) {
            throw PipelineTestException.unwritable(what, value, e);
        }
    }

    static Object read(String what, Serde<?> serde, byte[] bytes) {
        try {
            return serde.deserialize(bytes);
        } catch (Exception e) {
            throw PipelineTestException.unreadable(what, e);
        }
    }
}
