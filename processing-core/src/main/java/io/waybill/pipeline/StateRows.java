package io.waybill.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one declared state, as the record in processing sees them. Implemented by an engine; operators never meet
 * it. Rows are ordered by the unsigned bytes of their keys; a change counts only when the record settles. One thread.
 */
public interface StateRows {

    byte @Nullable [] get(byte[] key);

    void put(byte[] key, byte[] value);

    void delete(byte[] key);

    /**
     * At most {@code limit} rows in their order.
     *
     * @param from the first key that may be among them
     * @param to the first key that is not among them any more; null where there is no such bound
     */
    List<Row> scan(byte[] from, byte @Nullable [] to, int limit);

    record Row(byte[] key, byte[] value) {}
}
