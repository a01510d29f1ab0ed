package io.waybill.testkit.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Which faults strike in a history. The number is bounded, so a history comes to rest. For the baton's holder only.
 */
public final class FaultPlan {

    private static final List<Fault> FAULTS = List.of(
            Fault.CRASH_BEFORE,
            Fault.CRASH_AFTER,
            Fault.CRASH_IN_FLIGHT,
            Fault.LOST_REQUEST,
            Fault.LATE_REQUEST,
            Fault.LOST_REPLY,
            Fault.SLOW_REQUEST,
            Fault.SLOW_REPLY,
            Fault.OUTAGE,
            Fault.PAUSE);

    private static final int FRAGILE_CALLS = 60;
    private static final int RARELY = 200;

    private final RandomGenerator random;
    private final double rate;
    private final double rateInRecovery;
    private final List<String> struck = new ArrayList<>();
    private final Map<Machine, Integer> diesAgainAt = new HashMap<>();
    private int left;

    private FaultPlan(RandomGenerator random, int most, double rate, double rateInRecovery) {
        this.random = random;
        this.left = most;
        this.rate = rate;
        this.rateInRecovery = rateInRecovery;
    }

    /** Nothing fails; the schedule is as wild as ever. */
    public static FaultPlan none() {
        return new FaultPlan(new SplittableRandom(0), 0, 0, 0);
    }

    /** At most twelve faults, rare or dense, in some histories dense in recovery. */
    public static FaultPlan from(long seed) {
        RandomGenerator random = new SplittableRandom(seed ^ 0x6661756c74L);
        double rate = 1.0 / (1 << random.nextInt(8, 14));
        double rateInRecovery = random.nextInt(3) == 0 ? 0.02 : rate;
        return new FaultPlan(random, random.nextInt(1, 13), rate, rateInRecovery);
    }

    /** The faults that struck so far, in their order. */
    public List<String> struck() {
        return List.copyOf(struck);
    }

    /** Whether something of the machine's own fails now, rarely; it counts as one of the faults. */
    public boolean isBadDay(RandomGenerator chance) {
        if (left == 0 || chance.nextInt(RARELY) > 0) {
            return false;
        }
        left--;
        struck.add("a disk that failed");
        return true;
    }

    /** No fault from now on. */
    public void end() {
        left = 0;
    }

    Fault next(SimProcess process, Point point) {
        if (left > 0 && diesAgain(process)) {
            return strike(Fault.CRASH_BEFORE, process, point);
        }
        double base = process.isRestarted() && process.calls() < FRAGILE_CALLS ? rateInRecovery : rate;
        if (left == 0 || random.nextDouble() >= base * point.weight()) {
            return Fault.NONE;
        }
        List<Fault> fitting = FAULTS.stream()
                .filter(fault -> fault.fits(point, process.isMortal()))
                .toList();
        if (fitting.isEmpty()) {
            return Fault.NONE;
        }
        Fault fault = fitting.get(random.nextInt(fitting.size()));
        if (fault.isCrash() && random.nextInt(3) == 0) {
            diesAgainAt.put(process.machine(), random.nextInt(1, FRAGILE_CALLS));
        }
        return strike(fault, process, point);
    }

    /** A second crash, while it recovers from the first. */
    private boolean diesAgain(SimProcess process) {
        Integer call = diesAgainAt.get(process.machine());
        if (call == null || !process.isRestarted() || process.calls() < call) {
            return false;
        }
        diesAgainAt.remove(process.machine());
        return true;
    }

    private Fault strike(Fault fault, SimProcess process, Point point) {
        left--;
        struck.add(fault + " at " + point.name() + " of " + process.name());
        return fault;
    }

    /** How long a pause lasts, in milliseconds: sometimes a moment, sometimes longer than any time-out. */
    long pauseMs() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong(1, 2_000);
            case 1 -> random.nextLong(8_000, 20_000);
            case 2 -> random.nextLong(20_000, 60_000);
            default -> random.nextLong(60_000, 240_000);
        };
    }

    /** How long a slow call takes, in milliseconds: past the patience, the session and the transaction, or the poll. */
    long slowMs() {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextLong(1_000, 5_000);
            case 1 -> random.nextLong(8_000, 30_000);
            default -> random.nextLong(60_000, 100_000);
        };
    }

    /** How long the cluster is away, in milliseconds. */
    long outageMs() {
        return random.nextBoolean() ? random.nextLong(200, 8_000) : random.nextLong(8_000, 45_000);
    }

    /** How long a late request travels, in milliseconds. */
    long lateMs() {
        return random.nextBoolean() ? random.nextLong(0, 20) : random.nextLong(20, 10_000);
    }
}
