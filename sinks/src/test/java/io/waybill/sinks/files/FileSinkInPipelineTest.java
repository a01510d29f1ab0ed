package io.waybill.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import io.waybill.testkit.PipelineTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real engine decides what becomes of what its dead predecessor left on a disk. */
class FileSinkInPipelineTest {

    private static final Path FOLDER = Path.of("/data/rows");
    private static final List<String> MESSAGES = List.of("a", "b", "c", "d");

    private static Pipeline pipeline(FileSink<String> sink) {
        return Pipeline.named("letters")
                .from(KafkaSource.topic("letters").value(Text.serde()))
                .withoutDeduplication()
                .to("rows", sink)
                .build();
    }

    private static FileSink<String> sink(SimDisk disk, boolean rolling) {
        disk.make(FOLDER);
        FileSink<String> each = new FileSink<>(FOLDER, text -> text.getBytes(StandardCharsets.UTF_8), disk, disk);
        return rolling ? each.rollingAt(3).rollingEvery(Duration.ofMillis(500)) : each;
    }

    private static List<String> rows(SimDisk disk) {
        List<String> rows = new ArrayList<>();
        disk.names(FOLDER).stream()
                .map(FOLDER::resolve)
                .filter(disk::isFile)
                .forEach(file -> rows.addAll(disk.text(file).lines().toList()));
        return rows;
    }

    private static Stream<String> staged(SimDisk disk) {
        Path hidden = FOLDER.resolve(".waybill");
        return disk.names(hidden).stream()
                .flatMap(tag -> disk.names(hidden.resolve(tag).resolve("staged")).stream())
                .filter(name -> name.startsWith("wb1"));
    }

    private static void send(PipelineTest test, List<String> messages) {
        messages.forEach(message -> test.send(message, message).settle());
    }

    /** Leaves one instance with all that it must do, dying at the step; another does the rest. */
    private static void diesAt(int step, boolean rolling, boolean power) {
        SimDisk disk = new SimDisk(new Random(step));
        try (PipelineTest test = PipelineTest.of(pipeline(sink(disk, rolling)))) {
            boolean[] died = {false};
            disk.onDeath(() -> {
                died[0] = true;
                test.crash();
            });
            disk.dieAt(step, step % 2 == 0);
            for (String message : MESSAGES) {
                test.send(message, message).settle();
                if (died[0]) {
                    died[0] = false;
                    if (power) {
                        disk.powerLost();
                    } else {
                        disk.killed();
                    }
                    test.restart().settle();
                }
            }
            disk.live();
            // The next owner shows what has not rolled.
            test.crash();
            test.restart().settle();
            assertThat(rows(disk)).as("step %d", step).containsExactlyInAnyOrderElementsOf(MESSAGES);
            assertThat(staged(disk)).isEmpty();
            assertThat(test.incidents()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void writesEachRowOnceWhateverStepTheInstanceDiesAt(boolean rolling, boolean power) {
        SimDisk whole = new SimDisk(new Random(0));
        try (PipelineTest test = PipelineTest.of(pipeline(sink(whole, rolling)))) {
            send(test, MESSAGES);
        }
        int steps = whole.steps();
        assertThat(steps).isGreaterThan(100);
        for (int step = 1; step <= steps; step++) {
            diesAt(step, rolling, power);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/claims", "/rows-", ".next."})
    void goesOnWhenTheDiskIsWellAgain(String failing) {
        SimDisk disk = new SimDisk(new Random(1));
        try (PipelineTest test = PipelineTest.of(pipeline(sink(disk, false)))) {
            send(test, List.of("a"));
            disk.failing(failing);
            test.send("b", "b").advance(Duration.ofMinutes(1));
            assertThat(rows(disk)).containsExactly("a");
            disk.failing(null);
            test.settle();
            send(test, List.of("c", "d"));
            assertThat(rows(disk)).containsExactlyInAnyOrderElementsOf(MESSAGES);
            assertThat(staged(disk)).isEmpty();
        }
    }
}
