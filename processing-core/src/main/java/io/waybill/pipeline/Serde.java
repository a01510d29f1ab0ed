package io.waybill.pipeline;

/**
 * Turns values into bytes and back. Must be pure: the same value gives the same bytes, and bytes read back give an
 * equal value. Called by one thread at a time per task, by several tasks at once.
 */
public interface Serde<T> {

    /** Never returns null. Whatever it throws fails the record. */
    byte[] serialize(T value) throws Exception;

    /** Never returns null. Whatever it throws makes the record undecodable: a dead letter with its original bytes. */
    T deserialize(byte[] bytes) throws Exception;

    /**
     * Names the bytes: two serdes with the same name read each other's. Kept with state and compared when the state is
     * opened again, so it must not change unless the bytes do.
     */
    default String format() {
        return contentType();
    }

    /** The media type of the bytes, for people and tools that show them, such as {@code application/json}. */
    default String contentType() {
        return "application/octet-stream";
    }
}
