package io.waybill.crash.job;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.SinkScope;
import io.waybill.sink.TwoPhaseSink;
import io.waybill.sink.Verdict;
import java.time.Duration;
import java.util.List;

/** A two-phase sink that tells when it comes behind a sibling: points at which the harness can strike. */
final class SinkPoints<T> implements TwoPhaseSink<T> {

    private final TwoPhaseSink<T> sink;
    private final KillPoints points;

    /** @param sink not the first of its pipeline: another one has prepared, or committed, before it does */
    SinkPoints(TwoPhaseSink<T> sink, KillPoints points) {
        this.sink = sink;
        this.points = points;
    }

    @Override
    public Row bind(T value) throws Exception {
        return sink.bind(value);
    }

    @Override
    public Participant open(SinkScope scope) {
        return new Watched(sink.open(scope));
    }

    private final class Watched implements Participant {

        private final Participant participant;

        Watched(Participant participant) {
            this.participant = participant;
        }

        @Override
        public void prepare(Handle handle, List<Claim> claims, Duration budget) {
            points.at(SinkPoint.BETWEEN_PREPARES);
            participant.prepare(handle, claims, budget);
        }

        @Override
        public Verdict commit(Handle handle) {
            points.at(SinkPoint.BETWEEN_COMMITS);
            return participant.commit(handle);
        }

        @Override
        public Fence raise(int partition, Duration patience) {
            return participant.raise(partition, patience);
        }

        @Override
        public List<Prepared> prepared() {
            return participant.prepared();
        }

        @Override
        public void write(int partition, Row row) {
            participant.write(partition, row);
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
}
