package io.waybill.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.SinkScope;
import io.waybill.sink.TwoPhaseSink;
import io.waybill.sink.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What every two-phase sink must do. A subclass names one sink, which takes texts, and is run like any test. Each test
 * uses names of its own, so all can share one database or folder.
 */
public abstract class TwoPhaseSinkContract {

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration BUDGET = Duration.ofSeconds(5);

    private final String group = "contract-" + UUID.randomUUID();
    private final UUID life = UUID.randomUUID();

    /** A sink that is there, and stays the same within one test. */
    protected abstract TwoPhaseSink<String> sink();

    /** The rows that others can see now, of all that this test has written, in the order of their commits. */
    protected abstract List<String> committed();

    private SinkScope scope(String sink) {
        return new SinkScope(group, sink);
    }

    private Participant open() {
        return sink().open(scope("rows"));
    }

    private Handle handle(long sequence, Integer... partitions) {
        return Handle.of(scope("rows"), life, sequence, Set.of(partitions));
    }

    private void write(Participant participant, int partition, String... rows) {
        for (String row : rows) {
            try {
                participant.write(partition, sink().bind(row));
            } catch (Exception refused) {
                throw new IllegalStateException("expected to take the row " + row, refused);
            }
        }
    }

    private static long raised(Participant participant, int partition) {
        assertThat(participant.raise(partition, PATIENCE)).isInstanceOf(Fence.Raised.class);
        return ((Fence.Raised) participant.raise(partition, PATIENCE)).epoch();
    }

    private static void commit(Participant participant, Handle handle) {
        Verdict verdict = participant.commit(handle);
        for (int i = 0; verdict instanceof Verdict.RetryLater && i < 100; i++) {
            verdict = participant.commit(handle);
        }
        assertThat(verdict).isInstanceOf(Verdict.Committed.class);
    }

    private static List<Handle> prepared(Participant participant) {
        return participant.prepared().stream().map(Prepared::handle).toList();
    }

    @Test
    public void showsRowsWhenTheyAreCommittedAndNotBefore() {
        try (Participant participant = open()) {
            long epoch = raised(participant, 0);
            write(participant, 0, "a", "b");
            assertThat(committed()).isEmpty();
            participant.prepare(handle(1, 0), List.of(new Claim(0, epoch, 7)), BUDGET);
            assertThat(committed()).isEmpty();
            commit(participant, handle(1, 0));
            assertThat(committed()).containsExactly("a", "b");
        }
    }

    @Test
    public void commitsTheSameHandleOnce() {
        try (Participant participant = open()) {
            long epoch = raised(participant, 0);
            write(participant, 0, "a");
            participant.prepare(handle(1, 0), List.of(new Claim(0, epoch, 7)), BUDGET);
            commit(participant, handle(1, 0));
            assertThat(participant.commit(handle(1, 0))).isInstanceOf(Verdict.AlreadyCommitted.class);
            assertThat(committed()).containsExactly("a");
        }
    }

    @Test
    public void forgetsWhatIsAbortedHoweverOftenItIsAborted() {
        try (Participant participant = open()) {
            long epoch = raised(participant, 0);
            write(participant, 0, "a");
            participant.prepare(handle(1, 0), List.of(new Claim(0, epoch, 7)), BUDGET);
            participant.abort(handle(1, 0));
            participant.abort(handle(1, 0));
            participant.abort(handle(2, 0));
            assertThat(prepared(participant)).isEmpty();
            assertThat(committed()).isEmpty();
        }
    }

    /** By somebody who saw it prepared, was stopped, and comes when others have committed it long ago. */
    @Test
    public void keepsWhatIsCommittedWhenItIsAbortedAfterwards() {
        try (Participant participant = open();
                Participant late = open()) {
            long epoch = raised(participant, 0);
            write(participant, 0, "a");
            participant.prepare(handle(1, 0), List.of(new Claim(0, epoch, 7)), BUDGET);
            commit(participant, handle(1, 0));

            late.abort(handle(1, 0));

            assertThat(committed()).containsExactly("a");
            assertThat(participant.commit(handle(1, 0))).isInstanceOf(Verdict.AlreadyCommitted.class);
        }
    }

    @Test
    public void keepsWhatIsPreparedWhenItsClientIsGone() {
        try (Participant participant = open()) {
            long epoch = raised(participant, 3);
            write(participant, 3, "a");
            participant.prepare(handle(1, 3), List.of(new Claim(3, epoch, 7)), BUDGET);
        }
        try (Participant other = open()) {
            assertThat(prepared(other)).containsExactly(handle(1, 3));
            assertThat(other.prepared().getFirst().age()).isGreaterThanOrEqualTo(Duration.ZERO);
            commit(other, handle(1, 3));
            assertThat(committed()).containsExactly("a");
            assertThat(prepared(other)).isEmpty();
        }
    }

    @Test
    public void losesWhatIsWrittenAndNotPreparedWithItsClient() {
        try (Participant participant = open()) {
            long unused = raised(participant, 0);
            write(participant, 0, "a");
        }
        try (Participant other = open()) {
            assertThat(prepared(other)).isEmpty();
            long epoch = raised(other, 0);
            write(other, 0, "b");
            other.discard();
            write(other, 0, "c");
            other.prepare(handle(2, 0), List.of(new Claim(0, epoch, 7)), BUDGET);
            commit(other, handle(2, 0));
            assertThat(committed()).containsExactly("c");
        }
    }

    @Test
    public void refusesToPrepareForAFormerOwner() {
        try (Participant former = open();
                Participant owner = open()) {
            long old = raised(former, 0);
            write(former, 0, "late");
            long epoch = raised(owner, 0);
            assertThat(epoch).isGreaterThan(old);
            assertThatThrownBy(() -> former.prepare(handle(1, 0), List.of(new Claim(0, old, 7)), BUDGET))
                    .isNotNull();
            assertThat(prepared(owner)).isEmpty();
            write(owner, 0, "own");
            owner.prepare(handle(2, 0), List.of(new Claim(0, epoch, 7)), BUDGET);
            commit(owner, handle(2, 0));
            assertThat(committed()).containsExactly("own");
        }
    }

    @Test
    public void refusesAllWhereOneClaimIsAFormerOwners() {
        try (Participant former = open();
                Participant owner = open()) {
            long kept = raised(former, 0);
            long lost = raised(former, 1);
            long unused = raised(owner, 1);
            write(former, 0, "a");
            write(former, 1, "b");
            List<Claim> claims = List.of(new Claim(0, kept, 7), new Claim(1, lost, 7));
            assertThatThrownBy(() -> former.prepare(handle(1, 0, 1), claims, BUDGET))
                    .isNotNull();
            assertThat(prepared(owner)).isEmpty();
            assertThat(committed()).isEmpty();
        }
    }

    /** Either the fence row is held by what is prepared, or the list shows it once the epoch is raised. */
    @Test
    public void showsANewOwnerWhatIsPreparedOfItsPartition() {
        try (Participant former = open();
                Participant owner = open()) {
            long old = raised(former, 0);
            write(former, 0, "a");
            former.prepare(handle(1, 0), List.of(new Claim(0, old, 7)), BUDGET);
            Fence first = owner.raise(0, PATIENCE);
            assertThat(prepared(owner)).containsExactly(handle(1, 0));
            commit(owner, handle(1, 0));
            Fence fence = first instanceof Fence.Held ? owner.raise(0, PATIENCE) : first;
            assertThat(fence)
                    .isInstanceOfSatisfying(
                            Fence.Raised.class,
                            raised -> assertThat(raised.epoch()).isGreaterThan(old));
        }
    }

    @Test
    public void tellsTheNextOffsetOfTheLastCommittedClaim() {
        try (Participant participant = open()) {
            Fence first = participant.raise(0, PATIENCE);
            assertThat(first)
                    .isInstanceOfSatisfying(
                            Fence.Raised.class,
                            raised -> assertThat(raised.next()).isEqualTo(Fence.NOTHING));
            long epoch = raised(participant, 0);
            write(participant, 0, "a");
            participant.prepare(handle(1, 0), List.of(new Claim(0, epoch, 7)), BUDGET);
            commit(participant, handle(1, 0));
            write(participant, 0, "b");
            participant.prepare(handle(2, 0), List.of(new Claim(0, epoch, 9)), BUDGET);
            participant.abort(handle(2, 0));
            assertThat(participant.raise(0, PATIENCE))
                    .isInstanceOfSatisfying(
                            Fence.Raised.class,
                            raised -> assertThat(raised.next()).isEqualTo(7));
        }
    }

    @Test
    public void keepsTheOrderOfRowsAndOfCommits() {
        try (Participant participant = open()) {
            long epoch = raised(participant, 0);
            for (int sequence = 1; sequence <= 3; sequence++) {
                write(participant, 0, sequence + "a", sequence + "b");
                participant.prepare(handle(sequence, 0), List.of(new Claim(0, epoch, sequence)), BUDGET);
                commit(participant, handle(sequence, 0));
            }
            assertThat(committed()).containsExactly("1a", "1b", "2a", "2b", "3a", "3b");
        }
    }

    @Test
    public void keepsSinksOfOtherNamesApart() {
        try (Participant participant = open();
                Participant other = sink().open(scope("other"))) {
            long epoch = raised(participant, 0);
            assertThat(other.raise(0, PATIENCE)).isInstanceOf(Fence.Raised.class);
            write(participant, 0, "a");
            participant.prepare(handle(1, 0), List.of(new Claim(0, epoch, 7)), BUDGET);
            assertThat(prepared(other)).isEmpty();
            commit(participant, handle(1, 0));
        }
    }
}
