package io.waybill.testkit.sink;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.SinkScope;
import io.waybill.sink.TwoPhaseSink.Row;
import io.waybill.sink.Verdict;
import io.waybill.testkit.sim.Point;
import io.waybill.testkit.sink.SimSink.Committed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A client of the simulated sink: what it wrote dies with it, what it prepared does not. */
final class SimParticipant implements Participant {

    private static final Point RAISE = Point.deferrable("sink.raise", 20);
    private static final Point LIST = Point.question("sink.prepared", 20);
    private static final Point PREPARE = Point.deferrable("sink.prepare", 60);
    private static final Point COMMIT = Point.deferrable("sink.commit", 60);
    private static final Point ABORT = Point.deferrable("sink.abort", 30);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private final SimSink sink;
    private final SinkScope scope;
    private final List<Committed> written = new ArrayList<>();

    SimParticipant(SimSink sink, SinkScope scope) {
        this.sink = sink;
        this.scope = scope;
    }

    /** An outage of the sink alone: the client tries until its time-out. */
    private <R> R call(Point point, Duration patience, Supplier<R> effect) {
        if (sink.isOut() && !sink.simulation().await(patience, () -> !sink.isOut())) {
            throw new SimSink.Refused("the sink does not answer: " + point.name());
        }
        return sink.simulation().call(point, effect);
    }

    @Override
    public Fence raise(int partition, Duration patience) {
        boolean unused = sink.simulation().await(patience, () -> !sink.isLocked(scope, partition));
        return call(RAISE, REQUEST_TIMEOUT, () -> sink.raise(scope, partition));
    }

    @Override
    public List<Prepared> prepared() {
        return call(LIST, REQUEST_TIMEOUT, () -> sink.list(scope));
    }

    @Override
    public void write(int partition, Row row) {
        sink.simulation().checkAlive();
        written.add(new Committed(partition, SimSink.text(row)));
    }

    @Override
    public void prepare(Handle handle, List<Claim> claims, Duration budget) {
        List<Committed> rows = List.copyOf(written);
        List<Claim> claimed = List.copyOf(claims);
        written.clear();
        try {
            boolean unused = call(PREPARE, budget, () -> {
                sink.prepare(scope, handle, rows, claimed);
                return true;
            });
        } catch (SimSink.RowsRefused refused) {
            throw refused.answer();
        }
    }

    @Override
    public Verdict commit(Handle handle) {
        return call(COMMIT, REQUEST_TIMEOUT, () -> sink.commit(scope, handle));
    }

    @Override
    public void abort(Handle handle) {
        boolean unused = call(ABORT, REQUEST_TIMEOUT, () -> {
            sink.abort(handle);
            return true;
        });
    }

    @Override
    public void discard() {
        sink.simulation().checkAlive();
        written.clear();
    }

    @Override
    public void close() {
        sink.simulation().checkAlive();
        written.clear();
    }
}
