package io.waybill.engine;

import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a task stands at a moment.
 *
 * @param oldest how old the record is that it is at, by the record's own timestamp; null where it has none
 * @param queued records and orders in memory that are not taken up
 * @param lag records of its input that are not taken up, as far as the broker told by now; null where it did not
 * @param held its record waits for its next try, and everything of the task with it, since its waiting room is full
 * @param stopped a failure policy stopped it
 * @param waiting records, parts, timers and orders in its waiting room
 * @param longestWait of one of them; zero where there is none
 * @param bound what keeps it from its input; null where nothing does
 * @param operators of its stage, in their order: since it was asked last
 */
public record TaskFigures(
        TaskId task,
        @Nullable Duration oldest,
        int queued,
        @Nullable Long lag,
        boolean held,
        boolean stopped,
        int waiting,
        Duration longestWait,
        @Nullable Bound bound,
        List<OperatorFigures> operators) {}
