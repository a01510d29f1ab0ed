package io.waybill.engine;

import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a task stands at a moment.
 *
 * @param oldest how old the record is that it is at, by the record's own timestamp; null where it has none
 * @param queued records and orders in memory that are not taken up
 * @param lag records of its input that are not taken up, as far as the broker told by now; null where it did not
 * @param waits its record waits for its next try
 * @param stopped a failure policy stopped it
 */
public record TaskFigures(
        TaskId task,
        @Nullable Duration oldest,
        int queued,
        @Nullable Long lag,
        boolean waits,
        boolean stopped) {}
