package io.waybill.deadletters.storage;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Times that Postgres and ISO 8601 can show, whatever somebody's clock said. Stateless. */
public final class StoredTime {

    private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();

    private StoredTime() {}

    /** Out of range counts as the nearest end of 1970 to 9999. */
    public static OffsetDateTime ofMillis(long epochMillis) {
        return Instant.ofEpochMilli(Math.clamp(epochMillis, 0, LATEST)).atOffset(ZoneOffset.UTC);
    }
}
