package io.waybill.projection;

import org.apache.kafka.common.TopicPartition;

/**
 * A projection's position is below the first record that still exists, or past the last one: records were lost, or
 * database and log do not belong together. Halts the projection (R9). Code {@code POSITION_OUTSIDE_LOG}.
 */
public final class PositionOutsideLogException extends RuntimeException {

    public static final String CODE = "POSITION_OUTSIDE_LOG";

    private static final long serialVersionUID = 1;

    private PositionOutsideLogException(String message) {
        super(CODE + ": " + message);
    }

    static PositionOutsideLogException of(TopicPartition partition, long position, long first, long end) {
        return new PositionOutsideLogException(
                "expected the position of %s from %d to %d, but was %d".formatted(partition, first, end, position));
    }
}
