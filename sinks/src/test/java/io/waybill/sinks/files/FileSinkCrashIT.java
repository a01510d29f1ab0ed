package io.waybill.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.sink.Participant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process on the real disk, killed with signal 9 again and again in the middle of its checkpoints. */
class FileSinkCrashIT {

    private static final int KILLS = 8;
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void showsEachRowOnceAndInOrder(boolean rolling) throws Exception {
        Path folder = Files.createDirectory(temp.resolve("rows"));
        Path record = temp.resolve("record");
        Random random = new Random();
        for (int kill = 0; kill < KILLS; kill++) {
            Process writer = start(folder, record, rolling);
            long until = lines(record) + 1 + random.nextInt(20);
            await().pollInterval(Duration.ofMillis(1)).atMost(LONG).until(() -> {
                assertThat(writer.isAlive() || lines(record) >= until).as(log()).isTrue();
                return lines(record) >= until;
            });
            boolean alive = writer.isAlive();
            writer.destroyForcibly().waitFor();
            assertThat(alive).as("killed in the middle").isTrue();
        }
        Process last = start(folder, record, rolling);
        assertThat(last.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(last.exitValue()).as(log()).isZero();
        List<String> rows = IntStream.range(0, KilledWriter.CHECKPOINTS * KilledWriter.ROWS)
                .mapToObj(i -> "row " + i)
                .toList();
        assertThat(Visible.rows(folder)).containsExactlyElementsOf(rows);
        try (Participant janitor = KilledWriter.sink(folder, rolling).open(KilledWriter.SCOPE)) {
            assertThat(janitor.prepared()).isEmpty();
        }
    }

    private Process start(Path folder, Path record, boolean rolling) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        folder.toString(),
                        record.toString(),
                        String.valueOf(rolling))
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("log").toFile())
                .start();
    }

    private String log() {
        try {
            return Files.exists(temp.resolve("log")) ? Files.readString(temp.resolve("log")) : "";
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private static long lines(Path record) throws IOException {
        return Files.exists(record) ? Files.readAllLines(record).size() : 0;
    }
}
