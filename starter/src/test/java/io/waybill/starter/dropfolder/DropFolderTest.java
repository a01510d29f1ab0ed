package io.waybill.starter.dropfolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.waybill.intake.IntakeRefusedException;
import io.waybill.intake.IntakeUnavailableException;
import io.waybill.pipeline.Backoff;
import io.waybill.starter.ScriptedIntake;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropFolderTest {

    private static final Pace PACE =
            new Pace(Duration.ofSeconds(2), Duration.ofSeconds(1), Backoff.exponential(Duration.ofSeconds(1)));

    private final ScriptedIntake intake = new ScriptedIntake(1000);
    private Instant now = Instant.parse("2026-11-20T10:00:00Z");

    @TempDir
    Path root;

    @Test
    void sendsAFileUnderItsNameAndPutsItAway() throws IOException {
        drop("a.xml", "hello", 10);

        assertThat(folder().round()).isEqualTo(PACE.rescan());

        assertThat(sent()).containsExactly("a.xml=hello");
        assertThat(intake.taken.getFirst().pipeline()).isEqualTo("orders");
        assertThat(intake.taken.getFirst().headers().text("Name")).contains("a.xml");
        assertThat(names("")).isEmpty();
        assertThat(names("done")).containsExactly("a.xml");
        assertThat(Files.readString(root.resolve("done/a.xml"))).isEqualTo("hello");
    }

    @Test
    void sendsTheOldestFirst() throws IOException {
        drop("a", "3", 10);
        drop("c", "1", 30);
        drop("b", "2", 20);
        drop("aa", "1", 30);

        folder().round();

        assertThat(sent()).containsExactly("aa=1", "c=1", "b=2", "a=3");
    }

    @ParameterizedTest
    @ValueSource(strings = {".hidden", "a.xml.part", ".part"})
    void leavesHiddenAndPartialFilesAlone(String name) throws IOException {
        drop(name, "x", 10);

        folder().round();

        assertThat(intake.taken).isEmpty();
        assertThat(names("")).containsExactly(name);
    }

    @Test
    void leavesFoldersAndLinksAlone() throws IOException {
        Files.createDirectory(root.resolve("folder.xml"));
        Path secret = Files.writeString(root.resolve(".secret"), "secret");
        Files.createSymbolicLink(root.resolve("link.xml"), secret);

        folder().round();

        assertThat(intake.taken).isEmpty();
    }

    @Test
    void leavesAFileThatMayStillBeWrittenForTheNextRound() throws IOException {
        drop("a.xml", "half", 0);
        DropFolder folder = folder();

        assertThat(folder.round()).isEqualTo(PACE.quiet());
        assertThat(intake.taken).isEmpty();

        now = now.plusSeconds(1);
        folder.round();
        assertThat(sent()).containsExactly("a.xml=half");
    }

    @Test
    void takesAFileWhoseTimeLiesInTheFuture() throws IOException {
        drop("a.xml", "early", -3600);

        folder().round();

        assertThat(sent()).containsExactly("a.xml=early");
    }

    @Test
    void numbersNamesThatAreTaken() throws IOException {
        for (int i = 0; i < 3; i++) {
            drop("a.xml", "x" + i, 10);
            folder().round();
        }

        assertThat(names("done")).containsExactly("a-2.xml", "a-3.xml", "a.xml");
        assertThat(Files.readString(root.resolve("done/a.xml"))).isEqualTo("x0");
    }

    @Test
    void putsARefusedFileBesideItsReason() throws IOException {
        intake.answer(submission -> {
            throw IntakeRefusedException.badId("expected a shorter one");
        });
        drop("a.xml", "x", 10);
        folder().round();
        drop("a.xml", "y", 10);
        folder().round();

        assertThat(names("refused")).containsExactly("a-2.xml", "a-2.xml.reason.txt", "a.xml", "a.xml.reason.txt");
        assertThat(root.resolve("refused/a.xml.reason.txt")).content().contains("INVALID_ID: expected a shorter one");
        assertThat(names("")).isEmpty();
    }

    @Test
    void refusesAFileThatIsTooLargeWithoutReadingIt() throws IOException {
        Path large = root.resolve("large.xml");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        Files.setLastModifiedTime(large, FileTime.from(now.minusSeconds(10)));

        folder().round();

        assertThat(intake.taken).isEmpty();
        assertThat(names("refused")).containsExactly("large.xml", "large.xml.reason.txt");
        assertThat(root.resolve("refused/large.xml.reason.txt"))
                .content()
                .contains("PAYLOAD_TOO_LARGE", "1000", String.valueOf(1L << 40));
    }

    @Test
    void takesTheLargestFileThatMayBe() throws IOException {
        drop("exact", "x".repeat(1000), 10);
        drop("over", "x".repeat(1001), 10);

        folder().round();

        assertThat(names("done")).containsExactly("exact");
        assertThat(names("refused")).containsExactly("over", "over.reason.txt");
    }

    @Test
    void leavesFilesWhereTheyAreWhileTheBrokerIsAwayAndTriesAgainWithGrowingPauses() throws IOException {
        intake.answer(submission -> {
            throw IntakeUnavailableException.noAcknowledgement("orders.in", new IllegalStateException("away"));
        });
        drop("a.xml", "1", 20);
        drop("b.xml", "2", 10);
        DropFolder folder = folder();

        assertThat(folder.round()).isEqualTo(Duration.ofSeconds(1));
        assertThat(folder.round()).as("too early").isEqualTo(Duration.ofSeconds(1));
        now = now.plusSeconds(1);
        assertThat(folder.round()).isEqualTo(Duration.ofSeconds(2));
        assertThat(names("")).containsExactly("a.xml", "b.xml");

        now = now.plusSeconds(2);
        intake.answer(submission -> {});
        assertThat(folder.round()).isEqualTo(PACE.rescan());
        assertThat(sent()).containsExactly("a.xml=1", "b.xml=2");
    }

    @Test
    void sendsAnAcknowledgedFileOnlyOnceThoughItCannotBeMoved() throws IOException {
        Files.writeString(root.resolve("done"), "a file is in the way");
        drop("a.xml", "1", 10);
        DropFolder folder = folder();

        folder.round();
        now = now.plusSeconds(1);
        folder.round();
        assertThat(sent()).filteredOn("a.xml=1"::equals).hasSize(1);
        assertThat(names("")).contains("a.xml");

        Files.deleteIfExists(root.resolve("done"));
        now = now.plusSeconds(10);
        folder.round();
        assertThat(sent()).filteredOn("a.xml=1"::equals).hasSize(1);
        assertThat(names("done")).contains("a.xml");
    }

    @Test
    void sendsAFileAgainWhereTheProcessDiedBeforeItWasMoved() throws IOException {
        intake.answer(submission -> {
            throw new IllegalStateException("the process dies here");
        });
        drop("a.xml", "1", 10);
        assertThatIllegalStateException().isThrownBy(folder()::round);

        intake.answer(submission -> {});
        folder().round();

        assertThat(sent()).containsExactly("a.xml=1");
    }

    @Test
    void makesItsFolderWhereItIsMissing() throws IOException {
        Path missing = root.resolve("not/there");
        new DropFolder("orders", missing, intake, PACE, Clock.fixed(now, ZoneOffset.UTC)).round();

        assertThat(missing).isDirectory();
    }

    private DropFolder folder() {
        InstantSource source = () -> now;
        return new DropFolder("orders", root, intake, PACE, source.withZone(ZoneOffset.UTC));
    }

    private Path drop(String name, String text, long ageSeconds) throws IOException {
        Path file = Files.writeString(root.resolve(name), text);
        return Files.setLastModifiedTime(file, FileTime.from(now.minusSeconds(ageSeconds)));
    }

    private List<String> sent() {
        return intake.taken.stream()
                .map(submission -> submission.headers().text("Name").orElse("") + "="
                        + new String(submission.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    private List<String> names(String folder) throws IOException {
        try (Stream<Path> paths = Files.list(root.resolve(folder))) {
            return paths.filter(path -> !Files.isDirectory(path))
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
