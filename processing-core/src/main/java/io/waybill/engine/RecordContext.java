package io.waybill.engine;

import io.waybill.pipeline.Context;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.Poison;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What one call of a keyed operator sees, and what it emits. */
final class RecordContext implements Context<Object, Object> {

    private final Object key;
    private final TimerRegistry timers;
    private final RecordScope scope;
    private final Instant now;
    private final int mostEmitted;
    private final List<Object> emitted = new ArrayList<>(1);
    private boolean over;

    RecordContext(Object key, TimerRegistry timers, RecordScope scope, Instant now, int mostEmitted) {
        this.key = key;
        this.timers = timers;
        this.scope = scope;
        this.now = now;
        this.mostEmitted = mostEmitted;
    }

    List<Object> emitted() {
        return emitted;
    }

    /** The call has ended: whoever kept the context can do no harm with it. */
    void end() {
        over = true;
    }

    private void requireRunning() {
        scope.requireLive();
        if (over) {
            throw new IllegalStateException("expected the context to be used during the call it was given to");
        }
    }

    @Override
    public Object key() {
        return key;
    }

    @Override
    public void emit(Object value) {
        requireRunning();
        if (emitted.size() == mostEmitted) {
            throw Poison.because("TOO_MANY_EMITTED", "expected at most %d values emitted for one", mostEmitted);
        }
        emitted.add(OperatorChain.present(value));
    }

    @Override
    public void timerAt(Instant time) {
        requireRunning();
        timers.register("", time);
    }

    @Override
    public void timer(String name, Instant time) {
        requireRunning();
        timers.register(name, time);
    }

    @Override
    public void cancelTimerAt(Instant time) {
        requireRunning();
        timers.cancel(time);
    }

    @Override
    public void cancelTimer(String name) {
        requireRunning();
        timers.cancel(name);
    }

    @Override
    public String trackingId() {
        return scope.record().flow().toString();
    }

    @Override
    public String messageId() {
        return scope.record().messageId();
    }

    @Override
    public String batchId() {
        return scope.record().batchId();
    }

    @Override
    public List<Integer> partPath() {
        return scope.path().steps();
    }

    @Override
    public Headers headers() {
        return scope.record().headers();
    }

    @Override
    public Instant timestamp() {
        return Instant.ofEpochMilli(scope.record().timestampMs());
    }

    @Override
    public int attempt() {
        return scope.entry().attempt();
    }

    @Override
    public Instant now() {
        return now;
    }
}
