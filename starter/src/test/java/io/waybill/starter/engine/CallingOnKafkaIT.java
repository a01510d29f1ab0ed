package io.waybill.starter.engine;

import static io.waybill.starter.engine.PipelineOnKafka.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages ask another system that does not answer, on a real broker and RocksDB, and their process is killed meanwhile. */
class CallingOnKafkaIT {

    private static final int MESSAGES = 100;
    private static final int KEYS = 7;
    private static final int USUAL_CHECKPOINTS_MS = 100;
    private static final int RARE_CHECKPOINTS_MS = 10_000;

    @TempDir
    private Path folder;

    private final List<String> expected = new ArrayList<>();
    private Path away;
    private Path list;
    private PipelineOnKafka pipeline;

    @BeforeEach
    void start() throws IOException {
        away = Files.createFile(folder.resolve("away"));
        list = Files.createFile(folder.resolve("asked"));
        pipeline = new PipelineOnKafka(folder, "calling", 1);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void a_call_that_is_not_answered_stops_neither_other_keys_nor_checkpoints_also_where_its_process_is_killed()
            throws Exception {
        Process process = launched("one", USUAL_CHECKPOINTS_MS);
        pipeline.send("a", CallingInstance.SLOW + " 1");
        pipeline.send("a", "behind it");
        sendOthers("before");
        until(() -> pipeline.outputs().size() == MESSAGES);
        assertThat(pipeline.outputs()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(asked()).containsOnlyOnce(CallingInstance.SLOW + " 1").doesNotContain("behind it");

        process.destroyForcibly().waitFor();
        pipeline.send("a", CallingInstance.SLOW + " 2");
        sendOthers("after");
        // Its stores are empty: what waits is read from the changelog.
        launched("another", USUAL_CHECKPOINTS_MS);
        until(() -> pipeline.outputs().size() == 2 * MESSAGES);
        assertThat(pipeline.outputs()).containsExactlyInAnyOrderElementsOf(expected);
        until(() -> timesAsked(CallingInstance.SLOW + " 1") == 2);

        Files.delete(away);
        List<String> ofKey = List.of(CallingInstance.SLOW + " 1", "behind it", CallingInstance.SLOW + " 2");
        until(() -> pipeline.outputs().size() == 2 * MESSAGES + ofKey.size());
        assertThat(pipeline.outputs()).endsWith(ofKey.toArray(String[]::new)).doesNotHaveDuplicates();
        assertThat(pipeline.outputs().subList(0, 2 * MESSAGES)).containsExactlyInAnyOrderElementsOf(expected);
        for (int key = 0; key < KEYS; key++) {
            String its = " " + key + "-";
            assertThat(pipeline.outputs().stream().filter(value -> value.contains(its)))
                    .as("key %d", key)
                    .containsExactlyElementsOf(expected.stream()
                            .filter(value -> value.contains(its))
                            .toList());
        }
    }

    @Test
    void an_answer_wakes_a_thread_that_has_nothing_else_to_do() throws Exception {
        Files.delete(away);
        launched("one", RARE_CHECKPOINTS_MS);
        pipeline.send("a", "first");
        until(() -> timesAsked("first") == 1);
        long begun = System.nanoTime();
        for (int i = 0; i < MESSAGES; i++) {
            pipeline.send("a", "then " + i);
        }
        until(() -> timesAsked("then " + (MESSAGES - 1)) == 1);
        // One after the other, each called as soon as the one before was answered; no checkpoint ended a poll
        // meanwhile.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(RARE_CHECKPOINTS_MS));
    }

    private List<String> asked() {
        try {
            return Files.readAllLines(list);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private long timesAsked(String item) {
        return asked().stream().filter(item::equals).count();
    }

    private void sendOthers(String name) {
        for (int i = 0; i < MESSAGES; i++) {
            String value = name + " " + i % KEYS + "-" + i;
            pipeline.send("key-" + i % KEYS, value);
            expected.add(value);
        }
    }

    private Process launched(String stores, int checkpointMs) throws IOException {
        return pipeline.launch(
                CallingInstance.class, stores, away.toString(), list.toString(), String.valueOf(checkpointMs));
    }
}
