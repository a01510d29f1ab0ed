package io.waybill.engine;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.RowsRefusedException;
import io.waybill.sink.SinkScope;
import io.waybill.sink.TwoPhaseSink.Row;
import io.waybill.sink.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A two-phase sink as one life of a processing thread has it. The one judge of what participants throw: whatever it is,
 * it means that the call may or may not have had its effect.
 */
final class SinkSeat implements AutoCloseable {

    /**
     * The processing thread waits, and all its tasks with it. What a dead owner left prepared holds the row until this
     * thread, which is about to list it, has brought it to its end: to wait longer is in vain.
     */
    private static final Duration LOCK_PATIENCE = Duration.ofMillis(50);

    private final StagePlan stage;
    private final SinkScope scope;
    private final Participant participant;

    SinkSeat(StagePlan stage, SinkScope scope, Participant participant) {
        this.stage = stage;
        this.scope = scope;
        this.participant = participant;
    }

    String name() {
        return scope.sink();
    }

    SinkScope scope() {
        return scope;
    }

    /** The stage whose tasks write to it. */
    StagePlan stage() {
        return stage;
    }

    Fence raise(int partition) {
        return asked("raise the epoch of partition " + partition, () -> participant.raise(partition, LOCK_PATIENCE));
    }

    /** Of this sink of this pipeline only, whatever it lists. */
    List<Prepared> prepared() {
        return asked("list what is prepared", participant::prepared).stream()
                .filter(prepared -> prepared.handle().isOf(scope))
                .toList();
    }

    void write(int partition, Row row) {
        told("take a row", () -> participant.write(partition, row));
    }

    void prepare(Handle handle, List<Claim> claims, Duration budget) {
        told("prepare " + handle.text(), () -> participant.prepare(handle, claims, budget));
    }

    Verdict commit(Handle handle) {
        try {
            return participant.commit(handle);
        } catch (Exception unknown) {
            return new Verdict.Unknown(unknown.toString());
        }
    }

    void abort(Handle handle) {
        told("abort " + handle.text(), () -> participant.abort(handle));
    }

    void discard() {
        told("forget what was written", participant::discard);
    }

    private void told(String call, Runnable order) {
        boolean unused = asked(call, () -> {
            order.run();
            return true;
        });
    }

    private <R> R asked(String call, Supplier<R> question) {
        try {
            return OperatorChain.present(question.get());
        } catch (RowsRefusedException refused) {
            throw refused;
        } catch (Exception failed) {
            throw SinkFailedException.of(name(), call, failed);
        }
    }

    @Override
    public void close() {
        participant.close();
    }
}
