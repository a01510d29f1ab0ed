package io.waybill.starter.engine;

import static io.waybill.starter.engine.PipelineOnKafka.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.DeadLetterEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages of one key wait for another system, on a real broker and RocksDB, and their process is killed meanwhile. */
class WaitingOnKafkaIT {

    private static final int MESSAGES = 100;

    @TempDir
    private Path folder;

    private final List<String> expected = new ArrayList<>();
    private Path away;
    private PipelineOnKafka pipeline;

    @BeforeEach
    void start() throws IOException {
        away = Files.createFile(folder.resolve("away"));
        pipeline = new PipelineOnKafka(folder, "waiting", 1);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void other_keys_of_the_partition_pass_and_those_that_wait_survive_process_and_disk() throws Exception {
        Process process = launched("one");
        pipeline.send("a", WaitingInstance.SLOW + " 1");
        pipeline.send("a", "behind it");
        sendOthers("before");
        until(() -> pipeline.outputs().size() == MESSAGES);
        assertThat(pipeline.outputs()).containsExactlyElementsOf(expected);

        process.destroyForcibly().waitFor();
        pipeline.send("a", WaitingInstance.SLOW + " 2");
        sendOthers("after");
        // Its stores are empty: what waits is read from the changelog.
        launched("another");
        until(() -> pipeline.outputs().size() == 2 * MESSAGES);
        assertThat(pipeline.outputs()).containsExactlyElementsOf(expected);

        Files.delete(away);
        expected.addAll(List.of(WaitingInstance.SLOW + " 1", "behind it", WaitingInstance.SLOW + " 2"));
        until(() -> pipeline.outputs().size() == expected.size());
        assertThat(pipeline.outputs()).containsExactlyElementsOf(expected);
    }

    @Test
    void those_behind_a_dead_letter_in_sequence_survive_process_and_disk_and_follow_when_it_is_repaired()
            throws Exception {
        Process process = launched("one", WaitingInstance.IN_SEQUENCE);
        pipeline.send("a", WaitingInstance.SLOW + " 1");
        pipeline.send("a", "behind it");
        sendOthers("before");
        until(() -> pipeline.outputs().size() == MESSAGES);

        process.destroyForcibly().waitFor();
        pipeline.send("a", "behind that");
        sendOthers("after");
        launched("another", WaitingInstance.IN_SEQUENCE);
        until(() -> pipeline.outputs().size() == 2 * MESSAGES);
        assertThat(pipeline.outputs()).containsExactlyElementsOf(expected);

        DeadLetterEvent dead = pipeline.deadLetters().getFirst();
        assertThat(dead.getCaptured().getInSequence()).isTrue();
        pipeline.replay(dead, "repaired");
        expected.addAll(List.of("repaired", "behind it", "behind that"));
        until(() -> pipeline.outputs().size() == expected.size());
        assertThat(pipeline.outputs()).containsExactlyElementsOf(expected);
    }

    private void sendOthers(String name) {
        for (int i = 0; i < MESSAGES; i++) {
            pipeline.send("key-" + i % 7, name + " " + i);
            expected.add(name + " " + i);
        }
    }

    private Process launched(String stores, String... more) throws IOException {
        return pipeline.launch(
                WaitingInstance.class,
                stores,
                Stream.concat(Stream.of(away.toString()), Stream.of(more)).toArray(String[]::new));
    }
}
