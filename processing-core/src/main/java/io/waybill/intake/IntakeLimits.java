package io.waybill.intake;

import java.time.Duration;

/**
 * The bounds of an intake. Immutable.
 *
 * @param maxPayloadBytes the largest payload it takes, 1 byte to 1 GiB
 * @param acknowledgement how long it waits for the broker, above zero
 */
public record IntakeLimits(int maxPayloadBytes, Duration acknowledgement) {

    public static final IntakeLimits DEFAULT = new IntakeLimits(16 << 20, Duration.ofSeconds(30));

    /** Key and headers together. Internal topics allow the payload's maximum and 1 MiB for their envelope. */
    static final int MAX_ENVELOPE_BYTES = 64 << 10;

    static final int MAX_HEADERS = 64;

    static final int MAX_HEADER_NAME_BYTES = 200;

    private static final int LARGEST_PAYLOAD = 1 << 30;

    public IntakeLimits {
        if (maxPayloadBytes < 1 || maxPayloadBytes > LARGEST_PAYLOAD) {
            throw new IllegalArgumentException("expected a maximal payload of 1 to %d bytes, but was %d"
                    .formatted(LARGEST_PAYLOAD, maxPayloadBytes));
        }
        if (acknowledgement.isNegative() || acknowledgement.isZero()) {
            throw new IllegalArgumentException(
                    "expected a time to wait for the acknowledgement above zero, but was " + acknowledgement);
        }
    }
}
