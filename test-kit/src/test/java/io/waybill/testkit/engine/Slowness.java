package io.waybill.testkit.engine;

import io.waybill.pipeline.Context;
import io.waybill.testkit.flaw.LateRun;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Items that take long: {@code slow} ones return in time, {@code stuck} ones past their deadline, whoever interrupts, and
 * {@code hung} ones past {@code max.poll.interval.ms}. Whoever returns past the deadline must find the run cut.
 */
final class Slowness {

    static final Duration DEADLINE = Duration.ofSeconds(1);
    static final String HANGING = "hung";
    private static final Duration SLOW = Duration.ofMillis(500);
    private static final Duration STUCK = Duration.ofSeconds(2);
    private static final Duration HUNG = Duration.ofSeconds(70);

    private final Simulation simulation;
    private final boolean revives;
    private final List<String> uncut = new ArrayList<>();
    private int hangs;
    private int hanging;

    /** @param revives whether runs that were given up are made to count again */
    Slowness(Simulation simulation, boolean revives) {
        this.simulation = simulation;
        this.revives = revives;
    }

    void of(String item, Context<?, ?> context) {
        switch (Counting.kindOf(item)) {
            case "slow" -> take(SLOW);
            case "stuck" -> takeTooLong(STUCK, context);
            case HANGING -> {
                hang(context);
            }
            default -> {
                // Takes no time.
            }
        }
    }

    private void hang(Context<?, ?> context) {
        hangs++;
        hanging++;
        try {
            takeTooLong(HUNG, context);
        } finally {
            hanging--;
        }
    }

    private void take(Duration time) {
        simulation.work(time);
    }

    private void takeTooLong(Duration time, Context<?, ?> context) {
        take(time);
        if (revives) {
            LateRun.revive(context);
        }
    }

    /** The operator has done all it does with this item: state, timers, outputs. */
    void done(String item) {
        if (isTooLong(Counting.kindOf(item)) && simulation.faults().struck().isEmpty()) {
            uncut.add("the operator went on with %s although its time was over".formatted(item));
        }
    }

    /** Calls that hung. A life that is given up since its whole crew hangs, hangs in one more at least. */
    int hangs() {
        return hangs;
    }

    /** Whether one that hangs may be held to have ended its owners. */
    boolean tookCrews(String item) {
        return hangs >= SimulatedEngine.UNCLEAN_EXITS && Counting.kindOf(item).equals(HANGING);
    }

    /** Then a thread may be waiting for its crew, and nothing happens although there is something to do. */
    boolean isHanging() {
        return hanging > 0;
    }

    private static boolean isTooLong(String kind) {
        return kind.equals("stuck") || kind.equals(HANGING);
    }

    /** Runs that went on past their deadline: until something fails there is always somebody to cut them. */
    List<String> uncut() {
        return uncut;
    }
}
