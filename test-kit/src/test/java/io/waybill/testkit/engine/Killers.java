package io.waybill.testkit.engine;

import io.waybill.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Items whose operator ends its machine, or its incarnation by a failure of the JVM: always ({@code kill}, {@code oom}),
 * or the first times ({@code kill1}, {@code kill3}). Remembers how often each did.
 */
final class Killers {

    static final String MESSAGE = "#deadly";

    /** Of an item; {@code latekill} kills behind the re-keying. */
    static final List<String> BEHAVIOURS = List.of("kill", "latekill", "oom", "kill1", "kill3");
    /** While another system is asked. */
    static final List<String> CALLING = List.of("askkill", "askkill3", "kill", "latekill");

    private static final Pattern ITEM = Pattern.compile(".*\\|(late|ask|)(kill|oom)(\\d?)(-\\d)?");
    private static final int MOST_REPLAYS = 4;

    private final Simulation simulation;
    private final Map<String, Integer> ends = new TreeMap<>();
    private final Set<String> run = new TreeSet<>();

    Killers(Simulation simulation) {
        this.simulation = simulation;
    }

    void message(String message) {
        if (message.endsWith(MESSAGE)) {
            run.add(message);
            end(message, false);
        }
    }

    /** @param where "late" behind the re-keying, "ask" in a call, else empty */
    void item(String item, String where) {
        Matcher matcher = ITEM.matcher(item);
        if (!matcher.matches() || !matcher.group(1).equals(where)) {
            return;
        }
        run.add(item);
        String most = matcher.group(3);
        if (most.isEmpty() || ends.getOrDefault(item, 0) < Integer.parseInt(most)) {
            end(item, matcher.group(2).equals("oom"));
        }
    }

    private void end(String what, boolean byError) {
        ends.merge(what, 1, Integer::sum);
        simulation.uneasy();
        if (byError) {
            throw new OutOfMemoryError("simulated: " + what);
        }
        simulation.crashRunning();
    }

    int ends() {
        return ends.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Whoever is found was alone at two ends of its own. */
    private int othersFound(String what) {
        return (int) ends.entrySet().stream()
                .filter(other -> !other.getKey().equals(what) && other.getValue() > 1)
                .count();
    }

    boolean ended(String what) {
        return ends.containsKey(what);
    }

    /** More than one: the end of one may be held against another. */
    boolean areSeveral() {
        return run.size() > 1;
    }

    /** @param faults each of which may have cost one of the notes, or ended an owner besides */
    List<String> violations(int faults) {
        List<String> violations = new ArrayList<>();
        ends.forEach((what, times) -> {
            // A replay of what was quarantined is run once. Another killer that is found takes what was held against
            // this one with it, once (ADR 14). So does the place that it has in the waiting room while it calls.
            int most = SimulatedEngine.UNCLEAN_EXITS
                    + MOST_REPLAYS
                    + faults
                    + (SimulatedEngine.UNCLEAN_EXITS - 1) * (othersFound(what) + (what.contains("|ask") ? 1 : 0));
            if (!what.contains("|edited") && times > most) {
                violations.add("%s ended its process %d times".formatted(what, times));
            }
        });
        return violations;
    }
}
