package io.waybill.testkit.engine;

import io.waybill.pipeline.CallOptions;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another system that items ask: it answers soon, late, never in time, or with an error, as the item says; and remembers
 * which call was the last of a record, since an answer to any other must reach nobody.
 */
final class Asking {

    static final CallOptions OPTIONS = CallOptions.DEFAULTS.inFlight(3).timeout(Duration.ofSeconds(2));

    /** By those who ask first, and those who ask again in the next stage: what they say of an item, then how often. */
    static final List<String> BEHAVIOURS = List.of(
            "askfail1", "askfail4", "asklate1", "asklate4", "askslow", "againfail1", "againlate2", "againlate4");

    private static final Duration SLOW = Duration.ofMillis(1_200);
    private static final Duration LATE = Duration.ofSeconds(3);
    private static final int USUAL_MS = 40;
    private static final Pattern BEHAVIOUR = Pattern.compile("\\|(ask|again)(fail|late|slow)(\\d?)");
    private static final Pattern CALL = Pattern.compile(".*(thread-\\d+).* calls (.*) #(\\d+)");
    private static final Pattern THREAD = Pattern.compile(".*(thread-\\d+).*");
    private static final String MARK = "\u0001";

    private final Simulation simulation;
    private final RandomGenerator random;
    private final Map<String, Integer> tries = new HashMap<>();
    private final Map<String, Integer> newest = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    Asking(Simulation simulation, RandomGenerator random) {
        this.simulation = simulation;
        this.random = random;
    }

    /** @param word which of the two operators asks */
    String ask(String word, String item) {
        Matcher running = running(CALL);
        String call = running.group(1) + " " + running.group(2);
        // Of two that began at once the later one may be run first.
        int number = Integer.parseInt(running.group(3));
        newest.merge(call, number, Math::max);
        Matcher behaviour = BEHAVIOUR.matcher(item);
        boolean isMeant = behaviour.find() && behaviour.group(1).equals(word);
        String kind = isMeant ? behaviour.group(2) : "";
        boolean misbehaves = isMeant
                && !kind.equals("slow")
                && tries.merge(unnumbered(item), 1, Integer::sum) <= Integer.parseInt(behaviour.group(3));
        if (kind.equals("slow")) {
            take(SLOW);
        } else if (misbehaves && kind.equals("late")) {
            take(LATE);
        } else {
            take(Duration.ofMillis(random.nextInt(3) == 0 ? 0 : random.nextInt(USUAL_MS)));
        }
        if (misbehaves && kind.equals("fail")) {
            throw new IllegalStateException("not yet: " + item);
        }
        return item + MARK + call + MARK + number;
    }

    /** Its number may be another one the next time. */
    private static String unnumbered(String item) {
        int number = item.lastIndexOf(Counting.NUMBER);
        return number < 0 ? item : item.substring(0, number);
    }

    private void take(Duration time) {
        simulation.await(time, () -> false);
    }

    private Matcher running(Pattern expected) {
        String name = Objects.requireNonNull(simulation.running(), "a process").name();
        Matcher running = expected.matcher(name);
        if (!running.matches()) {
            throw new IllegalStateException("expected a thread like %s, but was %s".formatted(expected, name));
        }
        return running;
    }

    /** Behind the call. */
    String answered(String answer) {
        String[] said = answer.split(MARK, -1);
        Matcher me = running(THREAD);
        if (!said[1].startsWith(me.group(1) + " ")) {
            violated("%s was given the answer to a call of %s".formatted(me.group(1), said[1]));
        } else if (Integer.parseInt(said[2]) != newest.getOrDefault(said[1], 0)) {
            violated("an answer was taken although a later call had been made: " + said[1]);
        }
        return said[0];
    }

    private void violated(String what) {
        if (violations.size() < 20) {
            violations.add(what);
        }
    }

    List<String> violations() {
        return violations;
    }
}
