package io.waybill.engine;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters that keep their places in the waiting room: nothing runs in them, and what is behind waits until people
 * have settled them or let the others go. Those that are open are rows like others, which have nothing to do. One thread.
 */
final class Barriers {

    private final Map<String, Waiting> byDeadLetter = new HashMap<>();
    /** By their rows: those that nobody has opened. */
    private final Map<RowKey, String> closed = new HashMap<>();

    private final Set<String> letGo = new LinkedHashSet<>();

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
            letGo.remove(closedBy);
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

    /** It need not be waited for, where it has a place. */
    void letGo(String deadLetterId) {
        if (byDeadLetter.containsKey(deadLetterId)) {
            letGo.add(deadLetterId);
        }
    }

    /** Those that were, and are closed. */
    List<String> letGo() {
        return letGo.isEmpty() ? List.of() : List.copyOf(letGo);
    }

    /** @return its place, which has nothing to do but to leave */
    Waiting open(String deadLetterId) {
        Waiting waiting = Objects.requireNonNull(byDeadLetter.remove(deadLetterId));
        closed.remove(new RowKey(waiting.key()));
        letGo.remove(deadLetterId);
        return waiting;
    }
}
