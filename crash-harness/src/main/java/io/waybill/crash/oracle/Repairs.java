package io.waybill.crash.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What people did to dead letters while faults struck, as they noted it themselves: each act was answered, or found done
 * where its answer got lost. Not thread-safe: read it when they have stopped.
 */
public final class Repairs {

    private final Map<String, List<Act>> byLabel = new HashMap<>();

    /** What one person did once. */
    public enum Kind {
        /** As it was captured: it fails again. */
        REPLAY,
        /** After an edit that cures it. */
        REPLAY_EDITED,
        DISCARD
    }

    /** @param order by which the system names what was ordered */
    public record Act(Kind kind, String order) {}

    /** How a dead letter must stand in the end. */
    enum Ending {
        OPEN,
        RESOLVED,
        DISCARDED
    }

    /** @param label of the line, or the order's id */
    public void did(String label, Kind kind, String order) {
        byLabel.computeIfAbsent(label, l -> new ArrayList<>()).add(new Act(kind, order));
    }

    public int count() {
        return byLabel.values().stream().mapToInt(List::size).sum();
    }

    /** In their order; the n-th is attempt n. */
    List<Act> acts(String label) {
        return byLabel.getOrDefault(label, List.of());
    }

    Iterable<String> labels() {
        return byLabel.keySet();
    }

    Ending ending(String label) {
        List<Act> acts = acts(label);
        if (acts.isEmpty()) {
            return Ending.OPEN;
        }
        return switch (acts.getLast().kind()) {
            case REPLAY -> Ending.OPEN;
            case REPLAY_EDITED -> Ending.RESOLVED;
            case DISCARD -> Ending.DISCARDED;
        };
    }
}
