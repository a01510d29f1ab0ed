package io.waybill.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.SinkScope;
import io.waybill.sink.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** When files appear that hold several handles, and what becomes of those that did not yet. */
class RolledFilesTest {

    private static final Path FOLDER = Path.of("/data/rows");
    private static final Duration EVERY = Duration.ofMinutes(5);

    private final SinkScope scope = new SinkScope("group", "rows");
    private final SimDisk disk = new SimDisk(new Random(1));
    private final FileSink<String> each =
            new FileSink<>(FOLDER, text -> text.getBytes(StandardCharsets.UTF_8), disk, disk);
    private final FileSink<String> sink = each.rollingEvery(EVERY).rollingAt(10);
    private long next;

    RolledFilesTest() {
        disk.make(FOLDER);
    }

    /** A thread with one partition. */
    private final class Owner {
        final Participant participant;
        private final UUID life = UUID.randomUUID();
        private final int partition;
        private final long epoch;
        private long sequence;

        Owner(FileSink<String> sink, int partition) {
            this.participant = sink.open(scope);
            this.partition = partition;
            this.epoch = ((Fence.Raised) participant.raise(partition, EVERY)).epoch();
        }

        Handle prepare(String... rows) throws Exception {
            for (String row : rows) {
                participant.write(partition, sink.bind(row));
            }
            Handle handle = Handle.of(scope, life, ++sequence, Set.of(partition));
            participant.prepare(handle, List.of(new Claim(partition, epoch, ++next)), EVERY);
            return handle;
        }

        void commit(String... rows) throws Exception {
            assertThat(participant.commit(prepare(rows))).isInstanceOf(Verdict.Committed.class);
        }
    }

    private List<List<String>> files() {
        return disk.names(FOLDER).stream()
                .map(FOLDER::resolve)
                .filter(disk::isFile)
                .map(file -> disk.text(file).lines().toList())
                .toList();
    }

    private Path rolling() {
        return FOLDER.resolve(".waybill").resolve(scope.tag()).resolve("rolling");
    }

    @Test
    void rollsAFileThatIsFull() throws Exception {
        Owner owner = new Owner(sink, 0);
        owner.commit("one", "two");
        assertThat(files()).isEmpty();
        owner.commit("three");
        assertThat(files()).containsExactly(List.of("one", "two", "three"));
        owner.commit("four");
        owner.commit("five");
        assertThat(files()).containsExactly(List.of("one", "two", "three"), List.of("four", "five"));
        assertThat(disk.names(rolling())).isEmpty();
    }

    @Test
    void rollsAFileWhoseTimeIsOverThoughNoRowComes() throws Exception {
        Owner owner = new Owner(sink, 0);
        owner.commit("one");
        disk.advance(EVERY.toMillis() - 1_000);
        assertThat(owner.participant.prepared()).isEmpty();
        assertThat(files()).isEmpty();
        disk.advance(1_000);
        assertThat(owner.participant.prepared()).isEmpty();
        assertThat(files()).containsExactly(List.of("one"));
    }

    @Test
    void rollsAFileWhoseTimeIsOverBeforeTheNextCommit() throws Exception {
        Owner owner = new Owner(sink, 0);
        owner.commit("one");
        disk.advance(EVERY.toMillis());
        owner.commit("two");
        assertThat(files()).containsExactly(List.of("one"));
    }

    @Test
    void rollsWhatItHasWhenItCloses() throws Exception {
        Owner owner = new Owner(sink, 0);
        owner.commit("one");
        owner.participant.close();
        assertThat(files()).containsExactly(List.of("one"));
    }

    @Test
    void rollsWhatOneThatDiedHasLeftOnceItIsCertainlyLate() throws Exception {
        Owner dead = new Owner(sink, 0);
        dead.commit("one");
        Owner other = new Owner(sink, 1);
        disk.advance(EVERY.toMillis());
        assertThat(other.participant.prepared()).isEmpty();
        assertThat(files()).isEmpty();
        disk.advance(Duration.ofMinutes(2).toMillis());
        assertThat(other.participant.prepared()).isEmpty();
        assertThat(files()).containsExactly(List.of("one"));
        // It was not dead.
        dead.commit("two");
        dead.participant.close();
        assertThat(files()).containsExactly(List.of("one"), List.of("two"));
    }

    @Test
    void keepsTheOrderOfAPartitionThatMoves() throws Exception {
        Owner former = new Owner(sink, 0);
        former.commit("one");
        disk.advance(-500);
        Owner owner = new Owner(sink, 0);
        assertThat(files()).containsExactly(List.of("one"));
        owner.commit("two");
        owner.participant.close();
        assertThat(files()).containsExactly(List.of("one"), List.of("two"));
    }

    @Test
    void takesNoMoreRowsWhileEarlierOnesCannotBeShown() throws Exception {
        Owner owner = new Owner(sink, 0);
        disk.failing("joining~");
        owner.commit("one row that fills it");
        assertThat(files()).isEmpty();
        Handle next = owner.prepare("two");
        assertThat(owner.participant.commit(next))
                .isInstanceOfSatisfying(
                        Verdict.RetryLater.class,
                        later -> assertThat(later.reason()).contains("No space left on device"));
        assertThatThrownBy(owner.participant::prepared).isInstanceOf(FilesUnusableException.class);
        disk.failing(null);
        assertThat(owner.participant.commit(next)).isInstanceOf(Verdict.Committed.class);
        owner.participant.close();
        assertThat(files()).containsExactly(List.of("one row that fills it"), List.of("two"));
    }

    @Test
    void namesAPartThatSomebodyDamagedAndShowsNothingOfIt() throws Exception {
        Owner owner = new Owner(sink, 0);
        owner.commit("one");
        Path open = rolling().resolve(disk.names(rolling()).getFirst());
        Path rows = open.resolve(disk.names(open).getFirst()).resolve("rows");
        disk.overwrite(rows, "0ne\n".getBytes(StandardCharsets.UTF_8));
        owner.participant.close();
        assertThat(files()).isEmpty();
        assertThatThrownBy(() -> new Owner(sink, 0))
                .isInstanceOf(FilesUnusableException.class)
                .hasMessageContaining(rows.getFileName().toString())
                .hasMessageContaining("CRC-32C");
        disk.overwrite(
                Path.of(rows.toString()
                        .replace(
                                open.toString(),
                                rolling()
                                        .resolve(disk.names(rolling()).getFirst())
                                        .toString())),
                "one\n".getBytes(StandardCharsets.UTF_8));
        new Owner(sink, 0).participant.close();
        assertThat(files()).containsExactly(List.of("one"));
    }

    @Test
    void showsWhatIsLeftWhenFilesDoNotRollAnyMore() throws Exception {
        new Owner(sink, 0).commit("one");
        Owner owner = new Owner(each, 0);
        owner.commit("two");
        assertThat(files()).containsExactly(List.of("one"), List.of("two"));
    }
}
