package io.waybill.engine;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Takes up rows of a staged sink: each is applied or rejected by then, and this says so. */
final class StagedArrivals implements Arrivals {

    private final StagePlan plan;
    private final int partition;
    private final Flows flows;
    private final ApplyAhead ahead;

    StagedArrivals(StagePlan plan, int partition, Flows flows, ApplyAhead ahead) {
        this.plan = plan;
        this.partition = partition;
        this.flows = flows;
        this.ahead = ahead;
    }

    @Override
    public Work take(ConsumerRecord<byte[], byte[]> input, StateLayer state, long logTimeMs, Instant now) {
        ForwardedArrivals.Arrived row = ForwardedArrivals.read(input);
        FirstRun settlement = FirstRun.ofForwarded(
                plan, partition, row.record(), row.entry().path(), row.edge(), flows, logTimeMs, now);
        return told(plan, settlement, row.record(), row.entry(), ahead.verdictOfRow(input.offset()), state, now);
    }

    /** @param rejected why; null where the row is sunk */
    static Work told(
            StagePlan plan,
            Settlement settlement,
            FlowRecord record,
            Entry entry,
            @Nullable OperatorFailure rejected,
            StateLayer state,
            Instant now) {
        Effects effects = new Effects();
        settlement.begin(effects, state);
        if (rejected == null) {
            RecordScope scope = new RecordScope(state, record, entry, 0, 0, null, null);
            scope.took(plan.stage());
            scope.reachEnd();
            settlement.part(effects, entry, scope, now);
        } else {
            settlement.deadLetter(effects, state, entry, new GivenUp(rejected, 1, now, false), now);
        }
        settlement.complete(effects, state, now);
        return new Work.Done(effects, state);
    }
}
