package io.waybill.engine;

import io.waybill.format.v1.FlowUpdate;
import java.time.Instant;

/** Where what a run changes of its flow is put together. */
interface Flows {

    void change(FlowUpdate update, long logTimeMs, Effects effects, StateLayer state, Instant now);

    /** In the task itself where the pipeline has one stage, else in the stage of its own. */
    static Flows of(StagePlan plan, FlowBook book) {
        if (plan.shared().completion() == null) {
            return book;
        }
        return (update, logTimeMs, effects, state, now) -> {
            boolean ends = update.hasOrigin() && update.getEdges() == 0 && update.getOpenDeadLetters() == 0;
            if (ends) {
                // The short cut: nothing of it goes on, nothing of it failed.
                book.change(update, logTimeMs, effects, state, now);
            } else {
                effects.flowUpdate(update);
            }
        };
    }
}
