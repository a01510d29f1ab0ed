package io.waybill.starter.engine;

import static io.waybill.starter.engine.PipelineOnKafka.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    private void sendOthers(String name) {
        for (int i = 0; i < MESSAGES; i++) {
            pipeline.send("key-" + i % 7, name + " " + i);
            expected.add(name + " " + i);
        }
    }

    private Process launched(String stores) throws IOException {
        return pipeline.launch(WaitingInstance.class, stores, away.toString());
    }
}
