package io.waybill.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.pipeline.Poison;
import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.SinkScope;
import io.waybill.sink.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with rows, folders and files, and what is then said. */
class FileSinkTest {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration BUDGET = Duration.ofSeconds(5);

    private final SinkScope scope = new SinkScope("group", "rows");
    private final UUID life = UUID.randomUUID();

    @TempDir
    Path folder;

    private FileSink<String> sink() {
        return FileSink.into(folder, (String text) -> text.getBytes(StandardCharsets.UTF_8));
    }

    private Handle handle(long sequence) {
        return Handle.of(scope, life, sequence, Set.of(0));
    }

    private Path staged(Handle handle) {
        return folder.resolve(".waybill").resolve(scope.tag()).resolve("staged").resolve(handle.text());
    }

    private Handle prepare(Participant participant, long sequence, String row) throws Exception {
        long epoch = ((Fence.Raised) participant.raise(0, PATIENCE)).epoch();
        participant.write(0, sink().bind(row));
        participant.prepare(handle(sequence), List.of(new Claim(0, epoch, sequence)), BUDGET);
        return handle(sequence);
    }

    @Test
    void refusesARowThatHoldsTheDelimiter() {
        assertThatThrownBy(() -> sink().bind("one\ntwo"))
                .isInstanceOfSatisfying(
                        Poison.class, poison -> assertThat(poison.code()).isEqualTo("ROW_HOLDS_DELIMITER"))
                .hasMessageContaining("0x0a")
                .hasMessageContaining("at 3 of 7");
    }

    @Test
    void takesAnyRowWhereRowsDelimitThemselves() throws Exception {
        byte[] mutable = "one\ntwo".getBytes(StandardCharsets.UTF_8);
        FileSink<byte[]> sink = FileSink.into(folder, (byte[] bytes) -> bytes).undelimited();
        FileRow row = (FileRow) sink.bind(mutable);
        mutable[0] = 'X';
        assertThat(row.content()).asString().isEqualTo("one\ntwo");
        assertThat(row.bytes()).isGreaterThanOrEqualTo(7);
    }

    @Test
    void passesOnWhatTheEncoderThrows() {
        FileSink<String> sink = FileSink.into(folder, (String text) -> {
            throw new IOException("no such codec");
        });
        assertThatThrownBy(() -> sink.bind("a")).isInstanceOf(IOException.class).hasMessage("no such codec");
    }

    @Test
    void refusesNamesThatHideFilesOrLeaveTheFolder() {
        for (String prefix : List.of(".hidden", "../up", "a/b", "x".repeat(41))) {
            assertThatThrownBy(() -> sink().named(prefix, "")).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> sink().named("", "/..")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sink().rollingAt(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sink().rollingEvery(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesFilesAsAsked() throws Exception {
        FileSink<String> sink = sink().named("payments-", ".jsonl");
        try (Participant participant = sink.open(scope)) {
            assertThat(participant.commit(prepare(participant, 1, "a"))).isInstanceOf(Verdict.Committed.class);
        }
        assertThat(Visible.files(folder))
                .singleElement()
                .satisfies(file -> assertThat(file.getFileName().toString())
                        .matches("payments-\\d{8}T\\d{9}Z-rows~[0-9a-f]{12}-[0-9a-f]{32}-1\\.jsonl"));
    }

    @Test
    void neverCreatesAFolderThatIsMissing() {
        Path missing = folder.resolve("mount");
        try (Participant participant =
                FileSink.into(missing, (byte[] bytes) -> bytes).open(scope)) {
            assertThatThrownBy(() -> participant.raise(0, PATIENCE))
                    .isInstanceOf(FilesUnusableException.class)
                    .hasMessageStartingWith("FILES_UNUSABLE: expected the folder " + missing);
            assertThatThrownBy(participant::prepared).isInstanceOf(FilesUnusableException.class);
        }
        assertThat(missing).doesNotExist();
    }

    @Test
    void refusesAFolderInWhichAFileStandsWhereItsOwnShould() throws Exception {
        Files.writeString(folder.resolve(".waybill"), "mine");
        try (Participant participant = sink().open(scope)) {
            assertThatThrownBy(() -> participant.raise(0, PATIENCE))
                    .isInstanceOf(FilesUnusableException.class)
                    .hasMessageContaining(".waybill");
        }
        assertThat(folder.resolve(".waybill")).hasContent("mine");
    }

    @Test
    void refusesToStageOnAnotherStoreThanItPublishesOn() {
        SimDisk disk = new SimDisk(new Random(1)) {
            @Override
            public boolean isOneStore(Path one, Path other) {
                return false;
            }
        };
        disk.make(folder);
        try (Participant participant =
                new FileSink<byte[]>(folder, bytes -> bytes, disk, InstantSource.system()).open(scope)) {
            assertThatThrownBy(() -> participant.raise(0, PATIENCE))
                    .isInstanceOf(FilesUnusableException.class)
                    .hasMessageContaining("cannot be renamed");
        }
    }

    @Test
    void rejectsWhatSomebodyDamaged() throws Exception {
        try (Participant participant = sink().open(scope)) {
            Handle handle = prepare(participant, 1, "amount 100");
            Path rows = staged(handle).resolve("rows");
            Files.writeString(rows, "amount 900\n");
            assertThat(participant.commit(handle))
                    .isInstanceOfSatisfying(
                            Verdict.Rejected.class,
                            rejected -> assertThat(rejected.reason()).contains("CRC-32C", rows.toString()));
            assertThat(Visible.rows(folder)).isEmpty();
            Files.writeString(rows, "amount 100\n");
            assertThat(participant.commit(handle)).isInstanceOf(Verdict.Committed.class);
        }
    }

    @Test
    void rejectsAManifestThatIsTorn() throws Exception {
        try (Participant participant = sink().open(scope)) {
            Handle handle = prepare(participant, 1, "a");
            Path claims = staged(handle).resolve("claims");
            Files.writeString(claims, Files.readString(claims).replace("end\n", ""));
            assertThat(participant.commit(handle)).isInstanceOf(Verdict.Rejected.class);
            Files.delete(claims);
            assertThat(participant.commit(handle)).isInstanceOf(Verdict.Rejected.class);
            assertThat(participant.prepared()).extracting(Prepared::handle).containsExactly(handle);
        }
    }

    @Test
    void neverTakesDeletedRowsForCommittedOnes() throws Exception {
        try (Participant participant = sink().open(scope);
                Participant other = sink().open(scope)) {
            participant.commit(prepare(participant, 1, "a"));
            Handle handle = prepare(participant, 2, "b");
            Files.delete(staged(handle).resolve("rows"));
            assertThat(participant.commit(handle)).isInstanceOf(Verdict.Rejected.class);
            Files.delete(staged(handle).resolve("claims"));
            Files.delete(staged(handle));
            assertThat(participant.commit(handle)).isInstanceOf(Verdict.Rejected.class);
            assertThat(other.commit(handle)).isInstanceOf(Verdict.Rejected.class);
            // Nor does the next owner: the marker says 2.
            assertThat(other.raise(0, PATIENCE))
                    .isInstanceOfSatisfying(
                            Fence.Raised.class,
                            raised -> assertThat(raised.next()).isEqualTo(1));
        }
    }

    @Test
    void knowsWhatItCommittedThoughItsReaderHasTakenTheFile() throws Exception {
        try (Participant participant = sink().open(scope);
                Participant other = sink().open(scope)) {
            Handle handle = prepare(participant, 1, "a");
            participant.commit(handle);
            Files.delete(Visible.files(folder).getFirst());
            assertThat(other.commit(handle)).isInstanceOf(Verdict.AlreadyCommitted.class);
            assertThat(Visible.rows(folder)).isEmpty();
        }
    }

    @Test
    void tellsAFormerOwnerThatANewOneHasCommittedForIt() throws Exception {
        try (Participant former = sink().open(scope);
                Participant owner = sink().open(scope)) {
            Handle handle = prepare(former, 1, "a");
            assertThat(owner.commit(handle)).isInstanceOf(Verdict.Committed.class);
            long epoch = ((Fence.Raised) owner.raise(0, PATIENCE)).epoch();
            Handle own = Handle.of(scope, UUID.randomUUID(), 1, Set.of(0));
            owner.write(0, sink().bind("b"));
            owner.prepare(own, List.of(new Claim(0, epoch, 2)), BUDGET);
            owner.commit(own);
            assertThat(former.commit(handle)).isInstanceOf(Verdict.AlreadyCommitted.class);
        }
    }

    @Test
    void abortsNothingWhoseCommitHasBegun() throws Exception {
        try (Participant participant = sink().open(scope)) {
            Handle handle = prepare(participant, 1, "a");
            long unused = new FenceFolder(
                            new NioDisk(), staged(handle).resolve("../../fence").normalize())
                    .begin(handle, List.of(new Claim(0, 1, 1)), 1);
            assertThatThrownBy(() -> participant.abort(handle))
                    .isInstanceOf(FilesUnusableException.class)
                    .hasMessageContaining("its commit has begun");
            assertThat(participant.commit(handle)).isInstanceOf(Verdict.Committed.class);
        }
    }

    @Test
    void deletesWhatWasEndedAndNotDeletedAtTheNextLookButNothingThatIsBeingWritten() throws Exception {
        Handle other = handle(2);
        try (Participant participant = sink().open(scope)) {
            Handle handle = prepare(participant, 1, "row");
            assertThat(participant.commit(handle)).isInstanceOf(Verdict.Committed.class);
            Path ended = Files.createDirectory(staged(other).resolveSibling("~ended~of-one-that-was-killed"));
            Files.writeString(ended.resolve("claims"), "claims");
            Path beingWritten =
                    Files.createDirectory(staged(other).resolveSibling("~" + other.text() + "~of-one-that-lives"));

            assertThat(participant.prepared()).isEmpty();

            assertThat(ended).doesNotExist();
            assertThat(beingWritten).exists();
        }
    }

    @Test
    void leavesAloneWhatIsNotItsOwn() throws Exception {
        Files.writeString(folder.resolve("notes.txt"), "x");
        try (Participant participant = sink().open(scope);
                Participant other = sink().open(new SinkScope("another-group", "rows"))) {
            Handle handle = prepare(participant, 1, "a");
            Path foreign = staged(handle).resolveSibling("somebody's");
            Files.writeString(foreign, "y");
            assertThat(other.raise(0, PATIENCE)).isInstanceOf(Fence.Raised.class);
            assertThat(other.prepared()).isEmpty();
            assertThat(participant.prepared()).hasSize(1);
            participant.commit(handle);
            assertThat(foreign).hasContent("y");
        }
        assertThat(folder.resolve("notes.txt")).hasContent("x");
    }

    @Test
    void replacesNoFileOfTheSameName() throws Exception {
        try (Participant participant = sink().open(scope)) {
            Handle handle = prepare(participant, 1, "a");
            long stamp = new FenceFolder(
                            new NioDisk(), staged(handle).resolve("../../fence").normalize())
                    .begin(handle, List.of(new Claim(0, 1, 1)), 1_000);
            Path file = folder.resolve(new Layout(folder, scope.tag(), "rows-", "").visible(handle, stamp));
            Files.writeString(file, "theirs\n");
            assertThat(participant.commit(handle))
                    .isInstanceOfSatisfying(
                            Verdict.Rejected.class,
                            rejected -> assertThat(rejected.reason()).contains(file.toString()));
            assertThat(file).hasContent("theirs");
            Files.delete(file);
            assertThat(participant.commit(handle)).isInstanceOf(Verdict.Committed.class);
        }
    }

    @Test
    void namesStepAndFileWhereTheDiskIsFullAndLeavesNothingBehind() throws Exception {
        SimDisk disk = new SimDisk(new Random(1));
        disk.make(folder);
        FileSink<String> full = new FileSink<>(folder, text -> text.getBytes(StandardCharsets.UTF_8), disk, disk);
        try (Participant participant = full.open(scope)) {
            long epoch = ((Fence.Raised) participant.raise(0, PATIENCE)).epoch();
            participant.write(0, full.bind("a"));
            disk.failing("/claims");
            List<Claim> claims = List.of(new Claim(0, epoch, 1));
            assertThatThrownBy(() -> participant.prepare(handle(1), claims, BUDGET))
                    .isInstanceOf(FilesUnusableException.class)
                    .hasMessageContaining("stage " + handle(1).text())
                    .hasMessageContaining("No space left on device");
            disk.failing(null);
            assertThat(disk.names(staged(handle(1)).resolve("..").normalize())).isEmpty();
            assertThat(participant.prepared()).isEmpty();
        }
    }

    @Test
    void refusesToStageWhatTookTooLong() throws Exception {
        SimDisk disk = new SimDisk(new Random(1));
        disk.make(folder);
        FileSink<String> slow = new FileSink<>(folder, text -> text.getBytes(StandardCharsets.UTF_8), disk, disk);
        try (Participant participant = slow.open(scope)) {
            long epoch = ((Fence.Raised) participant.raise(0, PATIENCE)).epoch();
            participant.write(0, slow.bind("a"));
            List<Claim> claims = List.of(new Claim(0, epoch, 1));
            assertThatThrownBy(() -> participant.prepare(handle(1), claims, Duration.ofMillis(3)))
                    .hasMessageContaining("within 3 ms");
            assertThat(participant.prepared()).isEmpty();
        }
    }
}
