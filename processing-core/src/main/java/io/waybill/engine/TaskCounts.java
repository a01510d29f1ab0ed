package io.waybill.engine;

import io.waybill.store.LocalStores.TaskId;

/**
 * What a task did in one committed checkpoint.
 *
 * @param takenUp records, orders and timers
 * @param settled of them; one that was taken up earlier counts here too
 * @param deadLetters captured, parts included
 * @param duplicates that were recognised and dropped
 */
public record TaskCounts(TaskId task, long takenUp, long settled, long deadLetters, long duplicates) {}
