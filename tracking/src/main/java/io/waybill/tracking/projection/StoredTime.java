package io.waybill.tracking.projection;

import java.time.Instant;

/** Milliseconds since the epoch as Postgres can keep them; what no clock says counts as the nearest end. */
final class StoredTime {

    private static final long LATEST_MS = (1L << 48) - 1;

    private StoredTime() {}

    static Instant of(long epochMillis) {
        return Instant.ofEpochMilli(Math.clamp(epochMillis, 0, LATEST_MS));
    }
}
