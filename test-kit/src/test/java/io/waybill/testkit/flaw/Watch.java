package io.waybill.testkit.flaw;

import io.waybill.testkit.sim.SimProcess;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/** Rules whose breach does no harm by itself within one history: watched where the engine calls its ports. */
public final class Watch {

    /** Patience, the markers of the transaction, and a look or two. */
    private static final Duration OPENING = Duration.ofSeconds(9);

    private static final Pattern THREAD = Pattern.compile("thread-\\d+");

    private final Simulation simulation;
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

    /** R2: who owns a partition writes its metadata at every checkpoint. */
    void offsets(Set<TopicPartition> owned, Set<TopicPartition> sent) {
        Set<TopicPartition> missing = new TreeSet<>(Comparator.comparing(TopicPartition::toString));
        missing.addAll(owned);
        missing.removeAll(sent);
        if (!missing.isEmpty()) {
            violated("a checkpoint left out " + missing + ", which its thread has written before and still owns (R2)");
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
        return simulation.faults().struck().stream()
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
