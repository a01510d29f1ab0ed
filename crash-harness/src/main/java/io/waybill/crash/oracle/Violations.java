package io.waybill.crash.oracle;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the oracle found wrong: counted, with the first few of each kind in words. Not thread-safe. */
public final class Violations {

    private static final int EXAMPLES = 10;

    /** What can be wrong. */
    public enum Kind {
        ACKNOWLEDGED_INPUT_LOST,
        INPUT_NOT_AS_SENT,
        OUTPUT_LOST,
        OUTPUT_DOUBLED,
        OUTPUT_INVENTED,
        ORDER_BROKEN,
        STATE_WRONG,
        DEAD_LETTER_LOST,
        DEAD_LETTER_DOUBLED,
        DEAD_LETTER_INVENTED,
        DEAD_LETTER_LIFE_WRONG,
        DEAD_LETTER_ROW_WRONG,
        STORE_NOT_RESTORED,
        RESULT_MISSING,
        RESULT_DOUBLED,
        RESULT_WRONG,
        TRACKING_WRONG,
        LEFT_OPEN,
        LEFT_PREPARED,
        NO_PROGRESS,
        ENDED_BY_ITSELF,
        STOPPED_LATE
    }

    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    private final Map<Kind, List<String>> examples = new EnumMap<>(Kind.class);

    public synchronized void add(Kind kind, String what) {
        counts.merge(kind, 1, Integer::sum);
        List<String> some = examples.computeIfAbsent(kind, k -> new ArrayList<>());
        if (some.size() < EXAMPLES) {
            some.add(what);
        }
    }

    /** All that the other one found. */
    public synchronized void addAll(Violations other) {
        other.counts.forEach((kind, count) -> counts.merge(kind, count, Integer::sum));
        other.examples.forEach((kind, some) ->
                examples.computeIfAbsent(kind, k -> new ArrayList<>()).addAll(some));
    }

    public synchronized boolean isEmpty() {
        return counts.isEmpty();
    }

    public synchronized int count(Kind kind) {
        return counts.getOrDefault(kind, 0);
    }

    /** Nothing wrong: an empty text. */
    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder();
        counts.forEach((kind, count) -> {
            text.append(kind).append(": ").append(count).append('\n');
            examples.getOrDefault(kind, List.of())
                    .forEach(example -> text.append("  ").append(example).append('\n'));
        });
        return text.toString();
    }
}
