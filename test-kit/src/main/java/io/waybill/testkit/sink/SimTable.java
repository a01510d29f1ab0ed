package io.waybill.testkit.sink;

import io.waybill.sink.Applied;
import io.waybill.sink.Applier;
import io.waybill.sink.Rejection;
import io.waybill.sink.SinkScope;
import io.waybill.sink.StagedTarget;
import io.waybill.sink.Standing;
import io.waybill.sink.Turn;
import io.waybill.sink.Unavailable;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A simulated database as the target of a staged sink: one for all processes of a history. It refuses some rows for ever,
 * fails now and then, and can be restored from a backup. For the baton's holder only.
 */
public final class SimTable implements StagedTarget<String> {

    private static final int FAILS_ONE_IN = 24;
    private static final int STORM_ONE_IN = 24;

    private final Simulation simulation;
    private final RandomGenerator random;
    private final Predicate<String> refuses;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Long> progress = new TreeMap<>();
    private final Map<String, Map<Long, Rejection>> rejected = new TreeMap<>();
    private long outUntilNanos;
    private boolean unproven;
    private boolean forgetful;
    private boolean stormy;

    /**
     * A row as it was applied.
     *
     * @param log id of the topic on which it was
     */
    public record Row(String log, int partition, long offset, String text) {}

    /** @param refuses rows that it never takes */
    public SimTable(Simulation simulation, RandomGenerator random, Predicate<String> refuses) {
        this.simulation = simulation;
        this.random = random;
        this.refuses = refuses;
    }

    @Override
    public Applier<String> open(SinkScope scope, int partition) {
        return new SimApplier(this, partition);
    }

    Simulation simulation() {
        return simulation;
    }

    /** From now on answers get lost on the way, and requests arrive late. */
    public void stormy() {
        stormy = true;
    }

    enum Weather {
        FAIR,
        LOSES_THE_ANSWER,
        DELIVERS_LATE
    }

    Weather weather() {
        if (!stormy) {
            return Weather.FAIR;
        }
        int draw = random.nextInt(STORM_ONE_IN);
        return draw == 0 ? Weather.LOSES_THE_ANSWER : draw == 1 ? Weather.DELIVERS_LATE : Weather.FAIR;
    }

    Duration delay() {
        return Duration.ofMillis(random.nextInt(random.nextBoolean() ? 50 : 8_000));
    }

    /** Every row, in the order in which they were applied. */
    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /** It answers nobody for this long. */
    public void outage(Duration time) {
        outUntilNanos = Math.max(outUntilNanos, simulation.nowNanos() + time.toNanos());
        simulation.after(time, () -> {});
    }

    boolean isOut() {
        return simulation.nowNanos() < outUntilNanos;
    }

    /** From now on nobody has to prove a turn: a flaw. */
    public void unproven() {
        unproven = true;
    }

    /** From now on it keeps no rejections: a flaw. */
    public void forgetful() {
        forgetful = true;
    }

    /** Where its progress row stands; {@link Turn#NOTHING} where there is none. */
    public long next(String log, int partition) {
        return progress.getOrDefault(key(log, partition), Turn.NOTHING);
    }

    /** As a backup has it that ended before this offset. */
    public void restore(String log, int partition, long offset) {
        rows.removeIf(row -> row.log().equals(log) && row.partition() == partition && row.offset() >= offset);
        long last = rows.stream()
                .filter(row -> row.log().equals(log) && row.partition() == partition)
                .mapToLong(Row::offset)
                .max()
                .orElse(Turn.NOTHING);
        if (last == Turn.NOTHING) {
            progress.remove(key(log, partition));
        } else {
            progress.put(key(log, partition), last + 1);
        }
    }

    private static String key(String log, int partition) {
        return log + "/" + partition;
    }

    Standing standing(String log, int partition) {
        Long next = progress.get(key(log, partition));
        return next == null
                ? new Standing.Nowhere()
                : new Standing.At(
                        next,
                        List.copyOf(rejected.getOrDefault(key(log, partition), Map.of())
                                .values()));
    }

    /** One local transaction. */
    Applied apply(Turn turn, int partition, List<Row> some) {
        Applied fails = fails();
        if (fails != null) {
            return fails;
        }
        if (!isInTurn(turn, partition)) {
            return new Applied.OutOfTurn();
        }
        for (Row row : some) {
            if (refuses.test(row.text())) {
                boolean known = random.nextBoolean();
                return new Applied.Refused(
                        new Rejection(known ? row.offset() : some.getFirst().offset(), Rejection.BY_TARGET, "refused"),
                        known);
            }
        }
        rows.addAll(some);
        move(turn, partition);
        return new Applied.Done();
    }

    /** One local transaction. */
    Applied reject(Turn turn, int partition, Rejection rejection) {
        Applied fails = fails();
        if (fails != null) {
            return fails;
        }
        if (!isInTurn(turn, partition)) {
            return new Applied.OutOfTurn();
        }
        if (!forgetful) {
            rejected.computeIfAbsent(key(turn.log(), partition), k -> new TreeMap<>())
                    .put(rejection.offset(), rejection);
        }
        move(turn, partition);
        return new Applied.Done();
    }

    private @Nullable Applied fails() {
        return random.nextInt(FAILS_ONE_IN) == 0 ? new Unavailable("a deadlock", false) : null;
    }

    private boolean isInTurn(Turn turn, int partition) {
        return unproven || next(turn.log(), partition) == turn.from();
    }

    private void move(Turn turn, int partition) {
        progress.put(key(turn.log(), partition), turn.next());
        rejected.getOrDefault(key(turn.log(), partition), new TreeMap<>())
                .keySet()
                .removeIf(offset -> offset < turn.told());
    }
}
