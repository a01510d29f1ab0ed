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
    private final RecordScope scope;
    private final Instant now;
    private final int mostEmitted;
    private final List<Object> emitted = new ArrayList<>(1);

    RecordContext(Object key, RecordScope scope, Instant now, int mostEmitted) {
        this.key = key;
        this.scope = scope;
        this.now = now;
        this.mostEmitted = mostEmitted;
    }

    List<Object> emitted() {
        return emitted;
    }

    @Override
    public Object key() {
        return key;
    }

    @Override
    public void emit(Object value) {
        if (emitted.size() == mostEmitted) {
            throw Poison.because("TOO_MANY_EMITTED", "expected at most %d values emitted for one", mostEmitted);
        }
        emitted.add(OperatorChain.present(value));
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
