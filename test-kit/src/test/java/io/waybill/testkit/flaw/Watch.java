package io.waybill.testkit.flaw;

import io.waybill.sink.Handle;
import io.waybill.testkit.sim.SimProcess;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.sink.SimSink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Rules whose breach does no harm by itself within one history: watched where the engine calls its ports. */
public final class Watch {

    /** Patience, the markers of the transaction, and a look or two. */
    private static final Duration OPENING = Duration.ofSeconds(9);

    private static final Pattern THREAD = Pattern.compile("thread-\\d+");

    /** A little more than the engine's: its own calls take time as well. */
    private static final Duration PREPARE_BUDGET = Duration.ofSeconds(3);

    private final Simulation simulation;
    private final Set<TopicPartition> written = new TreeSet<>(Comparator.comparing(TopicPartition::toString));
    private @Nullable SimSink sink;
    private String input = "";
    private @Nullable FlawedLog joinedLast;
    private int asked;
    private final Map<String, Asks> askedLast = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, SimProcess> owners = new HashMap<>();

    public Watch(Simulation simulation) {
        this.simulation = simulation;
    }

    /** What was seen. */
    public List<String> violations() {
        return List.copyOf(violations);
    }

    private void violated(String what) {
        if (violations.size() < 20) {
            violations.add(what);
        }
    }

    /** Histories with a two-phase sink, whose rows come from tasks with this input. */
    public void sink(SimSink used, String read) {
        sink = used;
        input = read;
    }

    /** A thread's life begins: the participants that are opened next are its own. */
    void joined(FlawedLog log) {
        joinedLast = log;
    }

    FlawedLog joinedLast() {
        return Objects.requireNonNull(joinedLast, "nobody joined");
    }

    /** @param thread of whoever waits for the answer */
    record Asks(FlawedLog thread, Consumer<?> back) {}

    /** @return how many calls of all have begun */
    int asks(String call, FlawedLog thread, Consumer<?> back) {
        askedLast.put(call, new Asks(thread, back));
        asked++;
        return asked;
    }

    /** Of all threads: the same record asks at the same place again. */
    Asks askedLast(String call) {
        return Objects.requireNonNull(askedLast.get(call), call);
    }

    void writes(Set<TopicPartition> partitions) {
        written.addAll(partitions);
    }

    /** Every partition that anybody has written metadata of. */
    Set<TopicPartition> written() {
        return written;
    }

    /** R1: the next checkpoint begins when the last one's sinks have committed, for the tasks that stayed. */
    void begins(String transactionalId, Set<TopicPartition> kept) {
        if (sink == null) {
            return;
        }
        for (Handle handle : sink.prepared()) {
            boolean own = transactionalId.endsWith("." + handle.incarnation());
            if (own && kept.stream().anyMatch(p -> p.topic().equals(input) && handle.concerns(p.partition()))) {
                violated("a checkpoint began before the sink had committed " + handle.describe() + " (R1)");
            }
        }
    }

    /** R6: what takes too long to prepare is not committed, since the transaction may be over. */
    void commits(String transactionalId, Duration preparing) {
        if (preparing.compareTo(PREPARE_BUDGET) > 0) {
            violated("%s went on to commit after preparing for %s (R6)".formatted(transactionalId, preparing));
        }
    }

    void owns(String transactionalId) {
        SimProcess process = simulation.running();
        if (process != null) {
            owners.put(transactionalId, process);
        }
    }

    /** R11: who is healthy is not fenced. */
    void fences(Collection<String> ids) {
        for (String id : ids) {
            SimProcess owner = owners.get(id);
            if (owner != null && !owner.isGone() && isUnharmed(owner)) {
                violated("%s was fenced although nothing had happened to it (R11)".formatted(id));
            }
        }
    }

    /** Nothing befell it, nor anybody of the crew that steers with it. */
    private boolean isUnharmed(SimProcess process) {
        Matcher thread = THREAD.matcher(process.name());
        String crew = thread.find() ? thread.group() : process.name();
        return (sink == null || !sink.wasOut())
                && simulation.faults().struck().stream()
                        .noneMatch(fault -> fault.startsWith("OUTAGE") || isOf(fault, crew));
    }

    private static boolean isOf(String fault, String thread) {
        Matcher named = THREAD.matcher(fault);
        return named.find() && named.group().equals(thread);
    }

    /** R11: a dead owner's transaction does not hold its tasks for longer than needed. */
    void stable(TopicPartition partition, Wait wait) {
        Duration time = Duration.between(wait.since(), simulation.now());
        boolean undisturbed = simulation.faults().struck().size() == wait.faults() && !wait.outage();
        if (undisturbed && time.compareTo(OPENING) > 0) {
            violated("%s waited %s for its stable offsets (R11)".formatted(partition, time));
        }
    }

    Wait waiting() {
        return new Wait(simulation.now(), simulation.faults().struck().size(), simulation.isOutage());
    }

    /**
     * A new owner begins to wait for stable offsets.
     *
     * @param faults that had struck by then
     */
    record Wait(Instant since, int faults, boolean outage) {}
}
