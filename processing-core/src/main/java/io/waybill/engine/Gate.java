package io.waybill.engine;

import io.waybill.format.v1.PipelineOrder.Wanted;

/** What a task may take up, by what people want of its pipeline. What was taken up goes on to its end. */
enum Gate {
    OPEN,
    /** No flow begins: neither source records nor timers. Later stages and people's orders go on. */
    NO_NEW_FLOWS,
    /** Nothing is taken up, nor tried again. */
    SHUT;

    static Gate of(Wanted wanted) {
        return switch (wanted) {
            case WANTED_UNSPECIFIED, RUNNING -> OPEN;
            case DRAINING -> NO_NEW_FLOWS;
            // What a newer version wants and this one does not know is safest not processed.
            case PAUSED, STOPPED, UNRECOGNIZED -> SHUT;
        };
    }

    boolean takesInput(Feed feed) {
        return switch (this) {
            case OPEN -> true;
            case NO_NEW_FLOWS -> !(feed instanceof Feed.Source);
            case SHUT -> false;
        };
    }

    boolean firesTimers() {
        return this == OPEN;
    }

    /** Orders of people, and the next try of a record that waits for one. */
    boolean takesOrders() {
        return this != SHUT;
    }
}
