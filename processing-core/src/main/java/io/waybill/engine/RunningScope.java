package io.waybill.engine;

import org.jspecify.annotations.Nullable;

/** The record whose operator is being called: state is read and written on its behalf. One for each task. */
final class RunningScope {

    private @Nullable RecordScope scope;

    private long logTimeMs;

    /** Moves on with the records of the input. */
    void logTime(long millis) {
        logTimeMs = millis;
    }

    /** By which times to live are counted. */
    long logTimeMs() {
        return logTimeMs;
    }

    void begin(RecordScope begun) {
        scope = begun;
    }

    void end() {
        scope = null;
    }

    RecordScope get() {
        RecordScope running = scope;
        if (running == null) {
            throw new IllegalStateException("expected state to be used while an operator is called, but none is");
        }
        running.requireLive();
        return running;
    }
}
