package io.waybill.engine;

import io.waybill.engine.Mark.Group;
import io.waybill.format.TrackingId;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
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
 * <p>Without an unclean exit it only bounds what is not committed. After one, records are taken in groups, each noted
 * before it is run and committed before the next; so are the parts of a record with many. What is left of the group that
 * was in operators at one exit after the other is run one by one, each noted by its path and alone in its process. So an
 * exit is held against one record only where it alone was in operators, and one is found only at the second of those: an
 * exit of another cause hits some record, and hardly ever the same one twice.
 *
 * <p>A <em>unit</em> is one run of a record or part, whatever its tries; those of a record are counted from 0.
 */
final class Guard {

    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    /** How long a group waits for calls of its own: one that takes longer must not keep other keys waiting. */
    private static final Duration CALLS_OF_GROUP = Duration.ofSeconds(2);

    private final TaskId task;
    private final OwnerNotes notes;
    private final IncidentLog incidents;
    private final Refusals refusals;
    private final int uncleanExits;
    /** In a group. */
    private final int few;
    /** What an owner may leave uncommitted where nothing is held against the task. */
    private final int most;

    private final Duration callsOfOne;

    private final Stretch stretch;
    private final Set<String> repaired = new LinkedHashSet<>();
    /** Taken up since the last commit, of those that were alone at an exit. */
    private final Set<String> suspects = new LinkedHashSet<>();

    /** Those of the stretch that wait for answers: what they do when these are there may end the process, too. */
    private final Set<String> asking = new LinkedHashSet<>();
    /** What is noted is in functions of calls. */
    private boolean isCalling;
    /** As many as may be noted at once have been committed. */
    private boolean groupIsFull;

    private boolean isBack;
    private boolean stretchIsOver;

    private Evidence evidence;
    private Mark mark = Mark.NOTHING;
    private boolean suspectsSome;
    private boolean nothingLeft;
    private int taken;
    private int units;
    private @Nullable CompletableFuture<RecordMetadata> unanswered;
    private boolean isInAlone;
    private boolean blamed;
    /** Of the record in hand. */
    private int unit;

    private boolean risky;
    /** What was taken up last goes on as a bundle that is not committed: held against that, an exit would count for nothing. */
    private boolean leavesBundle;

    private String subject = "";
    private Supplier<String> taking = () -> "";

    private Guard(
            TaskId task,
            OwnerNotes notes,
            IncidentLog incidents,
            Refusals refusals,
            EngineOptions options,
            Evidence evidence,
            Map<TopicPartition, Long> ends) {
        this.task = task;
        this.notes = notes;
        this.incidents = incidents;
        this.refusals = refusals;
        this.uncleanExits = options.uncleanExits();
        this.few = options.carefulRecords();
        this.most = few * few;
        this.callsOfOne = options.recordDeadline();
        this.evidence = evidence;
        this.stretch = new Stretch(ends);
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
        Map<TopicPartition, Long> ends = evidence.isNone() ? Map.of() : notes.ends(readers);
        Guard guard = new Guard(task, notes, incidents, refusals, options, evidence, ends);
        guard.unanswered = notes.write(task, evidence, Mark.NOTHING);
        notes.succeed(task);
        return guard;
    }

    /**
     * What is over is not run again, whatever its owner had noted.
     *
     * @param positions where the task's readers stand, by topic: what is below is over
     * @param isGone whether the row of a subject is gone: then it is over too
     */
    void resumesAt(Map<String, Long> positions, Predicate<String> isGone) {
        stretch.resumesAt(positions);
        evidence = evidence.from(positions, isGone);
        suspectsSome = !evidence.groups().isEmpty();
        nothingLeft = evidence.runs().isEmpty();
        if (isCareful()) {
            LOG.warn(
                    "task {} is run with care, {} records at a time{}: an owner of it ended and left its note",
                    task,
                    few,
                    suspectsSome ? ", and those one by one that were in operators when owners ended" : "");
        }
    }

    private boolean isCareful() {
        return evidence.exits() > 0;
    }

    /** Whether one more record may be taken up before the next commit. */
    boolean mayTake() {
        return !risky && !leavesBundle && (isCareful() ? units < few : taken < most);
    }

    /** Whether the next commit should not wait. */
    boolean mustCommit() {
        return leavesBundle || (isCareful() && (risky || units >= few));
    }

    /** What runs next must be alone in the operators of its process. */
    boolean isAlone() {
        return against(unit) >= Evidence.alone(uncleanExits);
    }

    /** Records are run from now on, alone in the process where {@link #isAlone} asked for that. */
    void letIn() {
        isInAlone = isAlone();
    }

    /** It is run next. Earlier owners may have run it. */
    void takes(Taken taken) {
        isBack = false;
        switch (taken) {
            case Taken.Input input -> {
                if (isCareful() && evidence.runs().isEmpty() && stretch.isBehind(input.record()) && allAreBack()) {
                    passed();
                }
                takes(input.record());
            }
            case Taken.Order order -> takes(order.record());
            case Taken.Fired fired -> takesOther(() -> Subjects.of(fired.timer()));
            case Taken.Waited waited -> {
                isBack = !asking.isEmpty() && asking.remove(Subjects.of(waited.row()));
                takesOther(() -> Subjects.of(waited.row()));
            }
        }
    }

    /** What was taken up last has asked other systems: it is not done with before it has run again, from this place. */
    void asks(Waiting waiting) {
        if (evidence.isNone()) {
            return;
        }
        isCalling = !(mark instanceof Mark.Nothing);
        suspects.remove(subject);
        if (isBack || !stretchIsOver) {
            asking.add(Subjects.of(waiting));
        }
    }

    /** What was taken up last goes on as a bundle, which is taken up after the next commit only. */
    void leavesBundle() {
        leavesBundle = !evidence.isNone();
    }

    /** Nobody of the stretch waits for answers. Those that ask from now on are not of it. */
    private boolean allAreBack() {
        stretchIsOver = true;
        return asking.isEmpty();
    }

    private void takes(ConsumerRecord<byte[], byte[]> record) {
        stretch.takes(record);
        takes(() -> Subjects.of(record));
    }

    private void takesOther(Supplier<String> other) {
        stretch.takesTimer();
        takes(other);
    }

    private void takes(Supplier<String> next) {
        if (mark instanceof Mark.OfOne && !isCalling) {
            // Functions of the source are called before it is noted what comes now.
            clear();
        }
        answered();
        taken++;
        units++;
        unit = 0;
        taking = next;
        if (!evidence.isNone()) {
            name();
        }
    }

    /** It was quarantined before and a person ordered that it runs again: alone, whatever else is known. */
    void takenIsSuspected() {
        risky = true;
        name();
    }

    /** Names cost something, and hardly any record needs one. */
    private void name() {
        subject = taking.get();
        if (evidence.runs().containsKey(subject)) {
            suspects.add(subject);
        }
    }

    /** What was taken up is put back. */
    void putBack() {
        stretch.putBack(unit + 1);
        suspects.remove(subject);
        taken--;
        units -= unit + 1;
        unit = 0;
        risky = false;
    }

    /** Whether this unit of the record in hand may be run now; if not, once it is {@link #letIn} alone. */
    boolean admits(int next) {
        stretch.runs(next - unit);
        units += next - unit;
        unit = next;
        return (isInAlone || !isAlone()) && !isHeldByCalls();
    }

    /** What comes next has to be noted otherwise than what is in functions of calls, and waits until they are back. */
    boolean isHeldByCalls() {
        return isCalling && (groupIsFull || isAlone() || !(mark instanceof Mark.OfGroup some && covers(some.group())));
    }

    private boolean covers(Group group) {
        return unit < few ? group.isOfRecords() : group.equals(new Group(subject, unit / few));
    }

    /** How long calls of what is noted are waited for: of one that is alone, as long as its operators might take. */
    Duration patience() {
        return mark instanceof Mark.OfOne ? callsOfOne : CALLS_OF_GROUP;
    }

    /** A function of a call is in hand on behalf of one that has to be alone. */
    boolean isAloneInCall() {
        return isCalling && mark instanceof Mark.OfOne;
    }

    /**
     * Before operators are called.
     *
     * @return how many unclean exits are held against it where it must not be run again, else 0
     */
    int before(PartPath path) {
        if (evidence.isNone() && !risky) {
            return 0;
        }
        int exits = evidence.againstOne(subject, path);
        if (exits >= uncleanExits) {
            return exits;
        }
        mark(markOf(path));
        return 0;
    }

    private Mark markOf(PartPath path) {
        int exits = against(unit);
        if (exits == 0) {
            return Mark.NOTHING;
        }
        if (exits >= Evidence.alone(uncleanExits)) {
            return new Mark.OfOne(subject, path, Math.max(exits, evidence.againstOne(subject, path)), risky);
        }
        if (mark instanceof Mark.OfGroup some && some.group().isOfRecords() && unit < few) {
            return mark;
        }
        return new Mark.OfGroup(new Group(subject, unit / few), exits);
    }

    /** How many exits are held against this unit of the record in hand, or of the one that comes next. */
    private int against(int which) {
        if (evidence.isNone() && !risky) {
            return 0;
        }
        int group = which / few;
        int exits = group == 0 ? evidence.againstTheFirst() : evidence.against(new Group(subject, group));
        return risky ? Math.max(exits, group == 0 ? uncleanExits - 1 : 1) : exits;
    }

    /** The note that counts at an exit is on the log before it may come. */
    private void mark(Mark next) {
        if (!next.equals(mark)) {
            mark = next;
            unanswered = notes.write(task, evidence, mark);
            answered();
        }
    }

    /**
     * For now nothing of the task is in operators.
     *
     * @param calls whether functions of its calls are in hand: then what is noted stays
     */
    void rest(boolean calls) {
        isCalling = calls && !(mark instanceof Mark.Nothing);
        if (!isCalling) {
            groupIsFull = false;
            clear();
        }
    }

    private void clear() {
        if (mark instanceof Mark.Nothing) {
            return;
        }
        boolean wasAlone = mark instanceof Mark.OfOne;
        mark = Mark.NOTHING;
        unanswered = notes.write(task, evidence, mark);
        if (wasAlone) {
            // Others may run as soon as this returns: what they do must not be held against it.
            answered();
        }
    }

    /** Why the broker did not take an output of this record; null where it did, or was not asked. */
    Refusals.@Nullable Refusal refusal(TrackingId flow, Entry entry, Instant now) {
        return refusals.take(flow, entry.path(), entry.attempt(), now);
    }

    /** A record was given up unrun. That people hear of it is on the log before it is decided. */
    void quarantined(FlowRecord record, String deadLetterId, int count) {
        // A replay was alone for its own sake: it says nothing of the others.
        blamed |= !risky;
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
        leavesBundle = false;
        groupIsFull = isCalling && units >= few;
        taken = open ? 1 : 0;
        units = open ? unit + 1 : 0;
        repaired.forEach(id -> incidents.repaired(task, id));
        repaired.clear();
        if (open) {
            return;
        }
        boolean held = !evidence.isNone();
        boolean found = !evidence.runs().isEmpty();
        Evidence before = evidence;
        evidence = evidence.without(suspects);
        suspects.clear();
        unit = 0;
        risky = false;
        subject = "";
        if (held && (blamed || isPast())) {
            passed();
        } else if (!evidence.equals(before)) {
            unanswered = notes.write(task, evidence, mark);
        }
        nothingLeft |= found && evidence.runs().isEmpty();
        blamed = false;
    }

    /** The group that was in operators has run again; or as many records as an owner may have held. */
    private boolean isPast() {
        return (suspectsSome ? stretch.hasUnits(few) : stretch.hasRecords(most)) && allAreBack();
    }

    /** Nothing is held against what comes now. */
    private void passed() {
        LOG.info("task {} has passed the records that its earlier owners may have held", task);
        evidence = blamed ? evidence.ofRuns() : Evidence.NONE;
        suspectsSome = false;
        asking.clear();
        stretchIsOver = false;
        mark = Mark.NOTHING;
        unanswered = notes.write(task, evidence, mark);
    }

    private void answered() {
        CompletableFuture<RecordMetadata> answer = unanswered;
        unanswered = null;
        if (answer != null) {
            answer.join();
        }
    }

    /** The task is given up in order. */
    void close() {
        notes.leave(task, evidence);
    }
}
