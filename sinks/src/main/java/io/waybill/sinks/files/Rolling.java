package io.waybill.sinks.files;

import java.time.Duration;

/** When a file is full: at this many bytes, or this long after its first row was committed, whichever comes first. */
record Rolling(long bytes, Duration every) {

    static final Rolling USUAL = new Rolling(128L << 20, Duration.ofMinutes(1));

    Rolling {
        if (bytes < 1) {
            throw new IllegalArgumentException("expected files of at least 1 byte, but was " + bytes);
        }
        if (every.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("expected files to roll every 1 ms or more, but was " + every);
        }
    }
}
