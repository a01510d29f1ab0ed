package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.Suspect;
import io.waybill.format.v1.SuspectRun;
import io.waybill.store.LocalStores.TaskId;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the record of a task that ends its process, and keeps it from being run again (ADR 14). One for each opening of
 * a task; one thread.
 *
 * <p>Without an unclean exit it only bounds what is not committed, {@link #MOST} records. After one, these many are
 * taken in groups of {@link #FEW}, each committed before the next; after more, the records of the group that was open
 * are taken one by one. What is run alone is noted before it is run, by its path, and once more when it is back. So an
 * exit is held against one record only where it alone was in operators.
 */
final class Guard {

    /** What an owner may leave uncommitted where nothing is held against the task. */
    static final int MOST = 10_000;

    static final int FEW = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private final TaskId task;
    private final OwnerNotes notes;
    private final IncidentLog incidents;
    private final Refusals refusals;
    private final int uncleanExits;
    private final Map<String, Map<PartPath, Integer>> heldAgainst;
    private final Map<TopicPartition, Long> ends;
    private final Set<String> repaired = new LinkedHashSet<>();
    private int exits;
    private boolean nothingLeft;
    private int toPass;
    private int taken;
    private @Nullable CompletableFuture<RecordMetadata> unanswered;
    private boolean alone;
    private boolean blamed;
    private String subject = "";
    private Supplier<String> taking = () -> "";
    private Map<PartPath, Integer> runs = Map.of();

    private Guard(
            TaskId task,
            OwnerNotes notes,
            IncidentLog incidents,
            Refusals refusals,
            int uncleanExits,
            Evidence evidence,
            Map<TopicPartition, Long> ends) {
        this.task = task;
        this.notes = notes;
        this.incidents = incidents;
        this.refusals = refusals;
        this.uncleanExits = uncleanExits;
        this.heldAgainst = new HashMap<>(evidence.runs());
        this.ends = ends;
        this.exits = evidence.exits();
        this.nothingLeft = heldAgainst.isEmpty();
        this.toPass = exits <= 1 ? MOST : FEW;
    }

    /**
     * The task's new owner reads what earlier ones noted, and leaves its own note.
     *
     * @param readers what the task reads
     */
    static Guard of(
            TaskId task,
            Set<TopicPartition> readers,
            OwnerNotes notes,
            IncidentLog incidents,
            Refusals refusals,
            EngineOptions options) {
        Evidence evidence = notes.about(task);
        Map<TopicPartition, Long> ends = evidence.exits() == 0 ? Map.of() : notes.ends(readers);
        Guard guard = new Guard(task, notes, incidents, refusals, options.uncleanExits(), evidence, ends);
        guard.unanswered = notes.write(task, guard.exits, guard.known());
        notes.succeed(task);
        guard.say();
        return guard;
    }

    /** What stands below these positions, by topic, is committed: it is not run again, whatever its owner had noted. */
    void resumesAt(Map<String, Long> positions) {
        heldAgainst.keySet().removeIf(subject -> isBelow(subject, positions));
        nothingLeft = heldAgainst.isEmpty();
    }

    private static boolean isBelow(String subject, Map<String, Long> positions) {
        int at = subject.lastIndexOf('@');
        return at > 0
                && Long.parseLong(subject, at + 1, subject.length(), 10)
                        < positions.getOrDefault(subject.substring(0, at), 0L);
    }

    private void say() {
        if (exits > 0) {
            LOG.warn(
                    "task {} is run with care, {} records at a time: {} of its owners ended and left their note",
                    task,
                    room(),
                    exits);
        }
    }

    private int room() {
        return exits == 0 ? MOST : exits < uncleanExits - 1 ? FEW : 1;
    }

    /** Whether one more record may be taken up before the next commit. */
    boolean mayTake() {
        return !alone && taken < room();
    }

    /** Whether the next commit should not wait. */
    boolean mustCommit() {
        return exits > 0 && (alone || taken >= room());
    }

    /** What runs next must be alone in the operators of its process. */
    boolean isAlone() {
        return alone || room() == 1;
    }

    /** A record is taken up. Earlier owners may have run it. */
    void takes(ConsumerRecord<byte[], byte[]> record, boolean input) {
        Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
        if (exits > 0 && input && end != null && record.offset() >= end && heldAgainst.isEmpty()) {
            passed();
        }
        takes(subjectOf(record));
    }

    void takes(RegisteredTimer timer) {
        takes(subjectOf(timer));
    }

    private void takes(Supplier<String> next) {
        answered();
        taken++;
        alone = room() == 1;
        taking = next;
        if (alone || !heldAgainst.isEmpty()) {
            name();
        }
    }

    /** It was quarantined before and a person ordered that it runs again: alone, whatever else is known. */
    void takenIsSuspected() {
        alone = true;
        name();
    }

    /** Names cost something, and hardly any record needs one. */
    private void name() {
        subject = taking.get();
        runs = heldAgainst.getOrDefault(subject, Map.of());
    }

    private static Supplier<String> subjectOf(ConsumerRecord<byte[], byte[]> record) {
        return () -> record.topic() + "@" + record.offset();
    }

    private static Supplier<String> subjectOf(RegisteredTimer timer) {
        return () -> "timer:" + HexFormat.of().formatHex(timer.row());
    }

    /** What was taken up is put back. */
    void putBack() {
        taken--;
        alone = false;
    }

    /**
     * Before operators are called.
     *
     * @return how many unclean exits are held against it where it must not be run again, else 0
     */
    int before(PartPath path) {
        int before = runs.getOrDefault(path, 0);
        if (before >= uncleanExits) {
            return before;
        }
        if (alone) {
            // Earlier exits are nobody's in particular until one is found: then they were its doing.
            boolean found = runs.values().stream().anyMatch(count -> count >= uncleanExits);
            unanswered = notes.write(task, exits, suspect(path, Math.max(before, found ? 0 : uncleanExits - 1)));
            answered();
        }
        return 0;
    }

    /** Why the broker did not take an output of this record; null where it did, or was not asked. */
    Refusals.@Nullable Refusal refusal(TrackingId flow, PartPath path) {
        return refusals.take(flow, path);
    }

    /** The operators are back. */
    void after() {
        if (alone) {
            unanswered = notes.write(task, exits, known());
            answered();
        }
    }

    /** A record was given up unrun. That people hear of it is on the log before it is decided. */
    void quarantined(FlowRecord record, String deadLetterId, int count) {
        blamed = true;
        incidents.quarantined(task, record.flow(), deadLetterId, count);
    }

    /** A dead letter is terminal with the next commit. */
    void repaired(String deadLetterId) {
        repaired.add(deadLetterId);
    }

    /** True once: no record is left of which it is known, but not committed, that it is not run again. */
    boolean saysThatNothingIsLeft() {
        boolean says = nothingLeft && taken == 0;
        nothingLeft &= !says;
        return says;
    }

    /** @param open whether a record that was taken up has not settled */
    void committed(boolean open) {
        toPass -= taken - (open ? 1 : 0);
        taken = open ? 1 : 0;
        repaired.forEach(id -> incidents.repaired(task, id));
        repaired.clear();
        if (open) {
            return;
        }
        alone = false;
        if (!subject.isEmpty()) {
            heldAgainst.remove(subject);
        }
        subject = "";
        runs = Map.of();
        if ((exits > 0 || !heldAgainst.isEmpty()) && (blamed || toPass <= 0)) {
            passed();
        }
        blamed = false;
    }

    /** Nothing is held against what comes now. */
    private void passed() {
        nothingLeft = true;
        LOG.info("task {} has passed the records that its earlier owners may have held", task);
        exits = 0;
        heldAgainst.clear();
        unanswered = notes.write(task, 0, known());
    }

    private void answered() {
        CompletableFuture<RecordMetadata> answer = unanswered;
        unanswered = null;
        if (answer != null) {
            answer.join();
        }
    }

    /** What is held against the record that is run, and by how much the run of this path may add to it. */
    private Suspect suspect(PartPath running, int count) {
        Suspect.Builder suspect = named(subject, runs);
        suspect.addRuns(SuspectRun.newBuilder()
                .addAllPath(running.steps())
                .setExits(count)
                .setRunning(true));
        return suspect.build();
    }

    /** What is held against records that were run alone when an owner ended, until they are passed. */
    private Suspect known() {
        return heldAgainst.entrySet().stream()
                .findFirst()
                .map(held -> named(held.getKey(), held.getValue()).build())
                .orElse(Suspect.getDefaultInstance());
    }

    private static Suspect.Builder named(String subject, Map<PartPath, Integer> runs) {
        Suspect.Builder suspect = Suspect.newBuilder().setSubject(subject);
        runs.forEach((path, count) ->
                suspect.addRuns(SuspectRun.newBuilder().addAllPath(path.steps()).setExits(count)));
        return suspect;
    }

    /** The task is given up in order. */
    void close() {
        notes.leave(task, exits, known());
    }
}
