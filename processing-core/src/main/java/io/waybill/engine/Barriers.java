package io.waybill.engine;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters that keep their places in the waiting room: nothing runs in them, and what is behind waits until people
 * have settled them or let the others go. Those that are open are rows like others, which have nothing to do. One thread.
 */
final class Barriers {

    private final Map<String, Waiting> byDeadLetter = new HashMap<>();
    /** By their rows: those that nobody has opened. */
    private final Map<RowKey, String> closed = new HashMap<>();

    int size() {
        return closed.size();
    }

    void add(Waiting waiting, String deadLetterId) {
        byDeadLetter.put(deadLetterId, waiting);
        closed.put(new RowKey(waiting.key()), deadLetterId);
    }

    void remove(Waiting waiting) {
        String closedBy = closed.remove(new RowKey(waiting.key()));
        if (closedBy != null) {
            byDeadLetter.remove(closedBy);
        }
    }

    /** The dead letter that this row stands for, where it is closed; else null. */
    @Nullable
    String at(RowKey row) {
        return closed.isEmpty() ? null : closed.get(row);
    }

    /** The place of a dead letter that is closed; else null. */
    @Nullable
    Waiting of(String deadLetterId) {
        return byDeadLetter.get(deadLetterId);
    }

    /** @return its place, which has nothing to do but to leave; null where it had none */
    @Nullable
    Waiting open(String deadLetterId) {
        Waiting waiting = byDeadLetter.remove(deadLetterId);
        if (waiting != null) {
            closed.remove(new RowKey(waiting.key()));
        }
        return waiting;
    }
}
