package io.waybill.starter.dropfolder;

import io.waybill.pipeline.Backoff;
import java.time.Duration;

/**
 * The times of drop folders.
 *
 * @param rescan a folder is looked at this often even where the file system reports nothing
 * @param quiet a file that was modified within this time may still be written and is left for the next round
 * @param backoff between rounds while the broker is away
 */
record Pace(Duration rescan, Duration quiet, Backoff backoff) {

    static final Pace DEFAULT =
            new Pace(Duration.ofSeconds(2), Duration.ofSeconds(1), Backoff.exponential(Duration.ofSeconds(1)));
}
