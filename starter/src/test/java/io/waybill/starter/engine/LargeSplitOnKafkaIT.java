package io.waybill.starter.engine;

import static io.waybill.starter.engine.PipelineOnKafka.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A message of a million parts, on a real broker and RocksDB, in processes of 256 MB that are killed meanwhile. */
class LargeSplitOnKafkaIT {

    private static final int PARTS = 1_000_000;

    @TempDir
    private Path folder;

    @Test
    void each_of_a_million_parts_passes_once_and_in_order_though_processes_are_killed() throws Exception {
        try (PipelineOnKafka pipeline = new PipelineOnKafka(folder, "splitting", 1)) {
            Process process = pipeline.launch(SplitInstance.class, "one");
            pipeline.send("a", String.valueOf(PARTS));
            pipeline.send("a", "1");
            until(() -> !pipeline.outputs().isEmpty());
            assertThat(process.isAlive()).isTrue();
            process.destroyForcibly().waitFor();
            assertThat(pipeline.outputs().size()).isLessThan(PARTS);

            // Its stores are empty: what is left of the parts is read from the changelog.
            Process other = pipeline.launch(SplitInstance.class, "another");
            until(() -> pipeline.outputs().size() == PARTS + 1);
            assertThat(other.isAlive()).isTrue();
            List<String> expected = Stream.concat(
                            IntStream.rangeClosed(1, PARTS).mapToObj(String::valueOf), Stream.of("1"))
                    .toList();
            // Not by an assertion that would describe a million of them.
            assertThat(pipeline.outputs().equals(expected))
                    .as("all of them, in order")
                    .isTrue();
        }
    }
}
