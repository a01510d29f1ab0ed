package io.waybill.testkit.sink;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.RowsRefusedException;
import io.waybill.sink.SinkScope;
import io.waybill.sink.TwoPhaseSink;
import io.waybill.sink.Verdict;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** The server: one for all processes of a history. For the baton's holder only. */
public final class SimSink implements TwoPhaseSink<String> {

    private final Simulation simulation;
    private final RandomGenerator random;
    private final List<Committed> committed = new ArrayList<>();
    private final Map<String, Transaction> prepared = new LinkedHashMap<>();
    private final Map<String, Boolean> ended = new LinkedHashMap<>();
    private final Map<String, FenceRow> fences = new TreeMap<>();
    private final List<String> breaches = new ArrayList<>();
    private long outUntilNanos;
    private boolean reluctant;
    private boolean unfenced;
    private Predicate<String> refused = row -> false;
    private int refusals;

    /** @param partition of the task that wrote it */
    public record Committed(int partition, String row) {}

    private record Transaction(Handle handle, List<Committed> rows, List<Claim> claims, Instant since) {}

    private record FenceRow(long epoch, long next) {}

    private record Text(String text) implements Row {
        @Override
        public long bytes() {
            return text.length();
        }
    }

    public SimSink(Simulation simulation) {
        this.simulation = simulation;
        this.random = simulation.random();
    }

    @Override
    public Row bind(String value) {
        return new Text(value);
    }

    static String text(Row row) {
        return ((Text) row).text();
    }

    @Override
    public Participant open(SinkScope scope) {
        return new SimParticipant(this, scope);
    }

    public Simulation simulation() {
        return simulation;
    }

    /** Every committed row, in the order of commits. */
    public List<Committed> committed() {
        return List.copyOf(committed);
    }

    /** What is neither committed nor aborted. */
    public List<Handle> prepared() {
        return prepared.values().stream().map(Transaction::handle).toList();
    }

    /** The rows of something prepared. */
    public List<String> rowsOf(Handle handle) {
        Transaction transaction = prepared.get(handle.text());
        return transaction == null
                ? List.of()
                : transaction.rows().stream().map(Committed::row).toList();
    }

    /** Calls that no sound engine makes. */
    public List<String> breaches() {
        return List.copyOf(breaches);
    }

    /** It answers nobody for this long; what is prepared stays. */
    public void outage(Duration time) {
        outUntilNanos = Math.max(outUntilNanos, simulation.nowNanos() + time.toNanos());
        simulation.after(time, () -> {});
    }

    /** From now on it says to every commit that it may be asked again later. */
    public void reluctant(boolean now) {
        reluctant = now;
        simulation.changed();
    }

    /** From now on it takes what former owners prepare; that is a breach. */
    public void unfenced() {
        unfenced = true;
    }

    /** From now on it refuses these rows as they are. */
    public void refuse(Predicate<String> rows) {
        refused = rows;
    }

    /** How often it refused to prepare for what rows hold. */
    public int refusals() {
        return refusals;
    }

    /** Whether it ever was away. */
    public boolean wasOut() {
        return outUntilNanos > 0;
    }

    public boolean isOut() {
        return simulation.nowNanos() < outUntilNanos;
    }

    private static String row(SinkScope scope, int partition) {
        return scope.tag() + "/" + partition;
    }

    private FenceRow fence(SinkScope scope, int partition) {
        return fences.getOrDefault(row(scope, partition), new FenceRow(0, Fence.NOTHING));
    }

    /** The epoch that a claim of this partition must have now. */
    public long epoch(SinkScope scope, int partition) {
        return fence(scope, partition).epoch();
    }

    /** The offset behind the last rows of this partition that are committed; {@link Fence#NOTHING} where there are none. */
    public long next(SinkScope scope, int partition) {
        return fence(scope, partition).next();
    }

    /** The fence row as an old backup has it. Nothing may be prepared. */
    public void restore(SinkScope scope, int partition, long next) {
        fences.put(row(scope, partition), new FenceRow(fence(scope, partition).epoch(), next));
    }

    boolean isLocked(SinkScope scope, int partition) {
        return prepared.values().stream()
                .anyMatch(transaction -> transaction.handle().isOf(scope)
                        && transaction.claims().stream().anyMatch(claim -> claim.partition() == partition));
    }

    Fence raise(SinkScope scope, int partition) {
        if (isLocked(scope, partition)) {
            return new Fence.Held();
        }
        FenceRow row = fence(scope, partition);
        fences.put(row(scope, partition), new FenceRow(row.epoch() + 1, row.next()));
        return new Fence.Raised(row.epoch() + 1, row.next());
    }

    List<Prepared> list(SinkScope scope) {
        return prepared.values().stream()
                .filter(transaction -> transaction.handle().isOf(scope))
                .map(transaction ->
                        new Prepared(transaction.handle(), Duration.between(transaction.since(), simulation.now())))
                .toList();
    }

    void prepare(SinkScope scope, Handle handle, List<Committed> rows, List<Claim> claims) {
        if (prepared.containsKey(handle.text()) || ended.containsKey(handle.text())) {
            breaches.add("a handle was used twice: " + handle.describe());
        }
        for (Claim claim : claims) {
            boolean former = fence(scope, claim.partition()).epoch() != claim.epoch();
            if (former && unfenced) {
                breaches.add("a former owner of partition " + claim.partition() + " prepared " + handle.describe());
            } else if (former) {
                throw new Refused("expected epoch %d of partition %d, but it is %d now"
                        .formatted(
                                claim.epoch(),
                                claim.partition(),
                                fence(scope, claim.partition()).epoch()));
            }
            if (isLocked(scope, claim.partition())) {
                throw new Refused("lock time-out: the fence row of partition " + claim.partition() + " is held");
            }
        }
        SortedMap<Integer, String> reasons = new TreeMap<>();
        for (int place = 0; place < rows.size(); place++) {
            if (refused.test(rows.get(place).row())) {
                reasons.put(place, "it takes no " + rows.get(place).row());
            }
        }
        if (!reasons.isEmpty()) {
            refusals++;
            throw new RowsRefused(reasons);
        }
        prepared.put(handle.text(), new Transaction(handle, List.copyOf(rows), List.copyOf(claims), simulation.now()));
    }

    /** As if a client had asked. */
    public Verdict commit(SinkScope scope, Handle handle) {
        Transaction transaction = prepared.get(handle.text());
        if (transaction == null) {
            if (Boolean.FALSE.equals(ended.get(handle.text()))) {
                breaches.add("committed after it was aborted: " + handle.describe());
            }
            return new Verdict.AlreadyCommitted();
        }
        if (reluctant || random.nextInt(16) == 0) {
            return new Verdict.RetryLater("busy");
        }
        prepared.remove(handle.text());
        ended.put(handle.text(), true);
        committed.addAll(transaction.rows());
        for (Claim claim : transaction.claims()) {
            fences.put(
                    row(scope, claim.partition()),
                    new FenceRow(fence(scope, claim.partition()).epoch(), claim.next()));
        }
        return new Verdict.Committed();
    }

    void abort(Handle handle) {
        if (prepared.remove(handle.text()) != null) {
            ended.put(handle.text(), false);
        }
    }

    /** Null where it was never ended; else whether it was committed. */
    public @Nullable Boolean end(Handle handle) {
        return ended.get(handle.text());
    }

    /** What a late answer reaches nobody with. */
    static class Refused extends KafkaException {

        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /** The same, of what rows hold. */
    static final class RowsRefused extends Refused {

        private static final long serialVersionUID = 1;

        private final transient RowsRefusedException answer;

        RowsRefused(SortedMap<Integer, String> reasons) {
            super("rows are refused");
            this.answer = new RowsRefusedException(reasons);
        }

        RowsRefusedException answer() {
            return answer;
        }
    }
}
