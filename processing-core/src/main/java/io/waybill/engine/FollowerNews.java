package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.Behind;
import io.waybill.format.v1.DeadLetterRow;
import java.time.Instant;

/**
 * Tells of dead letters how many wait behind them. What was told last stands in the dead letter's row, so the task's next owner
 * tells nothing twice, and what an aborted checkpoint told is told again.
 */
final class FollowerNews {

    private final StagePlan plan;
    private final int partition;
    private final WaitingRoom room;

    FollowerNews(StagePlan plan, int partition, WaitingRoom room) {
        this.plan = plan;
        this.partition = partition;
        this.room = room;
    }

    /** @param state that the checkpoint takes */
    Effects tell(StateLayer state, Instant now) {
        Effects effects = new Effects();
        for (Lane lane : room.followers().take(now)) {
            String head = room.headOf(lane);
            DeadLetterRow row = head == null ? null : Rows.deadLetter(state, head);
            int waiting = room.sizeOf(lane) - 1;
            if (head != null && row != null && row.getToldBehind() != waiting) {
                tell(head, row, waiting, room.sinceBehind(lane), effects, now);
                Rows.put(state, head, row.toBuilder().setToldBehind(waiting).build());
            }
        }
        return effects;
    }

    private void tell(String head, DeadLetterRow row, int waiting, long sinceMs, Effects effects, Instant now) {
        TrackingId flow = TrackingId.parse(head.substring(0, head.indexOf('.')));
        effects.deadLetter(DeadLetterEvents.of(plan, partition, head, flow, row.getAttempt(), now)
                .setBehind(Behind.newBuilder().setWaiting(waiting).setSinceMs(sinceMs))
                .build());
    }
}
