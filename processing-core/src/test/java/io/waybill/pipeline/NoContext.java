package io.waybill.pipeline;

import java.time.Instant;
import java.util.List;

/** Of an operator that asks for nothing and emits nothing. */
final class NoContext implements Context<Object, Object> {

    @Override
    public Object key() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void emit(Object value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String trackingId() {
        return "";
    }

    @Override
    public String messageId() {
        return "";
    }

    @Override
    public String batchId() {
        return "";
    }

    @Override
    public List<Integer> partPath() {
        return List.of();
    }

    @Override
    public Headers headers() {
        return Headers.NONE;
    }

    @Override
    public Instant timestamp() {
        return Instant.EPOCH;
    }

    @Override
    public int attempt() {
        return 0;
    }

    @Override
    public void timerAt(Instant time) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void timer(String name, Instant time) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cancelTimerAt(Instant time) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cancelTimer(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Instant now() {
        return Instant.EPOCH;
    }
}
