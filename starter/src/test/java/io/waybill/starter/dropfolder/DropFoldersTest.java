package io.waybill.starter.dropfolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.waybill.intake.Intake;
import io.waybill.intake.IntakeUnavailableException;
import io.waybill.pipeline.Backoff;
import io.waybill.starter.ScriptedIntake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class DropFoldersTest {

    private static final Pace EVENTS_ONLY =
            new Pace(Duration.ofMinutes(5), Duration.ofMillis(10), Backoff.fixed(Duration.ofMillis(20)));
    private static final Pace RESCAN_ONLY =
            new Pace(Duration.ofMillis(50), Duration.ofMillis(10), Backoff.fixed(Duration.ofMillis(20)));

    private final ScriptedIntake intake = new ScriptedIntake(1000);
    private DropFolders folders = new DropFolders(List.of(), EVENTS_ONLY);

    @TempDir
    Path root;

    @AfterEach
    void stop() {
        folders.stop();
    }

    @Test
    void takeUpWhatLiesThereAndWhatIsRenamedIntoThem() throws IOException {
        Files.writeString(root.resolve("before"), "1");
        start(EVENTS_ONLY);
        await().until(() -> intake.taken.size() == 1);

        Path part = Files.writeString(root.resolve("after.part"), "2");
        Files.move(part, root.resolve("after"));

        await().until(() -> intake.taken.size() == 2);
        await().until(() -> Files.exists(root.resolve("done/after")));
    }

    @Test
    void takeUpWhatNoEventReports() throws IOException {
        Path file = Files.writeString(root.resolve("a.part"), "1");
        start(RESCAN_ONLY);
        Path outside = Files.move(file, root.resolveSibling(root.getFileName() + "-a"));
        Files.createLink(root.resolve("a"), outside);
        Files.delete(outside);

        await().until(() -> intake.taken.size() == 1);
    }

    @Test
    void goOnWhereTheirFolderWasDeletedAndMadeAgain() throws IOException {
        start(RESCAN_ONLY);
        await().until(() -> Files.isDirectory(root.resolve("in")));
        Files.delete(root.resolve("in"));
        await().until(() -> Files.isDirectory(root.resolve("in")));

        Files.writeString(root.resolve("in/a"), "1");

        await().until(() -> intake.taken.size() == 1);
    }

    @Test
    void goOnWhereARoundFailsInAWayThatNobodyForesaw() throws IOException {
        Files.writeString(root.resolve("a"), "1");
        intake.answer(submission -> {
            intake.answer(next -> {});
            throw new IllegalStateException("unforeseen");
        });
        start(RESCAN_ONLY);

        await().until(() -> intake.taken.size() == 1);
    }

    @Test
    void stopAtOnceThoughASubmissionWaitsForTheBroker() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        intake.answer(submission -> {
            waits.countDown();
            waitForInterruption();
        });
        Files.writeString(root.resolve("a"), "1");
        start(EVENTS_ONLY);
        waits.await();

        folders.stop();

        assertThat(folders.isRunning()).isFalse();
        assertThat(root.resolve("a")).exists();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("waybill-drop-folders"));
    }

    @Test
    void areStoppedTwiceAndStartedAgain() throws IOException {
        start(EVENTS_ONLY);
        folders.stop();
        folders.stop();
        Files.writeString(root.resolve("a"), "1");
        folders.start();

        await().until(() -> intake.taken.size() == 1);
    }

    @Test
    void comeWithAnIntakeAndTheirProperties() {
        application("waybill.drop-folders.orders=" + root.resolve("orders")).run(context -> {
            assertThat(context.getBean(DropFolders.class).isRunning()).isTrue();
            await().until(() -> Files.isDirectory(root.resolve("orders")));
        });
        application()
                .run(context -> assertThat(context.getBean(DropFolders.class).isRunning())
                        .isFalse());
    }

    @Test
    void stopTheStartWhereAPropertyIsWrong() {
        application("waybill.drop-folders.ordrs=" + root)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("waybill.drop-folders.ordrs")
                        .hasMessageContaining("[invoices, orders]"));
        application("waybill.drop-folders.orders=")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("waybill.drop-folders.orders"));
    }

    @Test
    void refuseFoldersWithinEachOther() {
        String folder = root.toString();
        assertThatIllegalArgumentException()
                .isThrownBy(new DropFolderProperties(Map.of("orders", folder, "invoices", folder + "/done"))::folders)
                .withMessageContaining("waybill.drop-folders.invoices");
        assertThatIllegalArgumentException()
                .isThrownBy(new DropFolderProperties(Map.of("orders", folder, "invoices", folder))::folders);
    }

    private void start(Pace pace) {
        List<Path> paths = List.of(root, root.resolve("in"));
        folders = new DropFolders(
                paths.stream()
                        .map(path -> new DropFolder("orders", path, intake, pace, Clock.systemUTC()))
                        .toList(),
                pace);
        folders.start();
    }

    private ApplicationContextRunner application(String... properties) {
        return new ApplicationContextRunner()
                .withBean(Intake.class, () -> intake)
                .withConfiguration(AutoConfigurations.of(DropFolderAutoConfiguration.class))
                .withPropertyValues(properties);
    }

    private static void waitForInterruption() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw IntakeUnavailableException.noAcknowledgement("orders.in", e);
        }
    }
}
