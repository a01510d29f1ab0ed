package io.waybill.engine;

import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.store.LocalStores.TaskId;

/** Counts what a task does between two checkpoints: plain fields, since it is told of every record. */
final class Tally {

    private long takenUp;
    private long settled;
    private long deadLetters;
    private long duplicates;

    void takenUp() {
        takenUp++;
    }

    /** @param over false where what was taken up waits, or is a part of what was counted before */
    void settled(Effects effects, boolean over) {
        settled += over ? 1 : 0;
        for (DeadLetterEvent event : effects.deadLetters()) {
            if (event.hasCaptured()) {
                deadLetters++;
            }
        }
        for (Fact fact : effects.facts()) {
            if (fact instanceof Fact.Told told && told.outcome().hasDuplicate()) {
                duplicates++;
            }
        }
    }

    /** What happened since it was asked last. */
    TaskCounts drained(TaskId task) {
        TaskCounts counts = new TaskCounts(task, takenUp, settled, deadLetters, duplicates);
        takenUp = 0;
        settled = 0;
        deadLetters = 0;
        duplicates = 0;
        return counts;
    }
}
