package io.waybill.engine;

import java.time.Duration;

/**
 * How far the restore of a task's state came.
 *
 * @param records that were read
 * @param bytes of their keys and values
 * @param remaining how many offsets of the topic at hand are left; records that were compacted away count too. The ids
 *     topic comes after the changelog
 * @param time it has taken
 */
public record RestoreProgress(long records, long bytes, long remaining, Duration time) {

    private static final double MEGABYTE = 1e6;

    public double megabytesPerSecond() {
        long millis = time.toMillis();
        return millis == 0 ? 0 : bytes / MEGABYTE * 1_000 / millis;
    }
}
