package io.waybill.testkit.flaw;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.SinkScope;
import io.waybill.sink.TwoPhaseSink.Row;
import io.waybill.sink.Verdict;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Flaws of taking part in checkpoints. */
final class FlawedParticipant implements Participant {

    private static final Duration BEHIND = Duration.ofMillis(2_500);

    private static final Duration SLOW = Duration.ofSeconds(5);

    private final Map<String, Instant> firstAsked = new HashMap<>();
    private final FlawedSink sink;
    private final FlawedLog log;
    private final SinkScope scope;
    private final Participant participant;

    FlawedParticipant(FlawedSink sink, FlawedLog log, SinkScope scope, Participant participant) {
        this.log = log;
        this.sink = sink;
        this.scope = scope;
        this.participant = participant;
    }

    @Override
    public Fence raise(int partition, Duration patience) {
        return participant.raise(partition, patience);
    }

    /** An opening that lists is told the truth by this flaw: only who looks now and then has read the record before. */
    @Override
    public List<Prepared> prepared() {
        if (sink.has(Flaw.JANITOR_LISTS_AFTER_OFFSETS) && Caller.isIn("Janitor")) {
            log.rememberRecord();
        }
        return participant.prepared();
    }

    @Override
    public void write(int partition, Row row) {
        participant.write(partition, row);
    }

    @Override
    public void prepare(Handle handle, List<Claim> claims, Duration budget) {
        Simulation simulation = sink.sink().simulation();
        Instant begun = simulation.now();
        try {
            participant.prepare(handle, claims, budget);
        } finally {
            log.prepared(Duration.between(begun, simulation.now()));
        }
    }

    @Override
    public Verdict commit(Handle handle) {
        Simulation simulation = sink.sink().simulation();
        if (sink.has(Flaw.IDLE_PARTITIONS_LEFT_OUT) && isEarly(handle, simulation.now())) {
            return new Verdict.Unknown("the sink takes its time");
        }
        if (!sink.has(Flaw.SINK_COMMIT_ASYNCHRONOUS)) {
            return participant.commit(handle);
        }
        simulation.after(BEHIND, () -> {
            var unused = sink.sink().commit(scope, handle);
        });
        return new Verdict.Committed();
    }

    /** What is left out does harm only where somebody has to decide: the longer the sink takes, the more often. */
    private boolean isEarly(Handle handle, Instant now) {
        Instant asked = firstAsked.computeIfAbsent(handle.text(), first -> now);
        return now.isBefore(asked.plus(SLOW));
    }

    @Override
    public void abort(Handle handle) {
        participant.abort(handle);
    }

    @Override
    public void discard() {
        participant.discard();
    }

    @Override
    public void close() {
        participant.close();
    }
}
