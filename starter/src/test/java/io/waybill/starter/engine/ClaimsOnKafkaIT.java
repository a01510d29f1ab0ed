package io.waybill.starter.engine;

import static io.waybill.starter.engine.PipelineOnKafka.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.EngineOptions;
import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.ResultBlock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages are sent again to another partition of a real broker, and the process that knows them is killed meanwhile. */
class ClaimsOnKafkaIT {

    private static final int MESSAGES = 2_000;
    private static final int PARTITIONS = 2;

    @TempDir
    private Path folder;

    private PipelineOnKafka pipeline;

    @BeforeEach
    void start() throws IOException {
        pipeline = new PipelineOnKafka(folder, "claims", PARTITIONS);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void a_resend_in_another_partition_is_a_duplicate_of_the_first_also_after_process_and_disk_are_lost()
            throws Exception {
        Process process = pipeline.launch(ClaimingInstance.class, "one");
        sendAll(0);
        sendAll(1);
        until(() -> !pipeline.outputs().isEmpty());
        process.destroyForcibly().waitFor();

        sendAll(1);
        // Its stores are empty: ids, records and verdicts are read from the log.
        pipeline.launch(ClaimingInstance.class, "another");
        until(() -> results().size() == 3 * MESSAGES);

        Set<String> expected =
                IntStream.range(0, MESSAGES).mapToObj(i -> "message " + i).collect(Collectors.toSet());
        assertThat(pipeline.outputs()).containsExactlyInAnyOrderElementsOf(expected);
        Set<Object> firsts = results().stream()
                .filter(result -> result.getResult() == Result.ACK)
                .map(FlowResult::getTrackingId)
                .collect(Collectors.toSet());
        assertThat(firsts).hasSize(MESSAGES);
        assertThat(results())
                .filteredOn(result -> result.getResult() != Result.ACK)
                .allSatisfy(result -> {
                    assertThat(result.getResult()).isEqualTo(Result.DUPLICATE);
                    assertThat(firsts).contains(result.getDuplicateOf());
                })
                .hasSize(2 * MESSAGES);
    }

    /** @param shift of the partition: 0 for that where they belong */
    private void sendAll(int shift) {
        for (int i = 0; i < MESSAGES; i++) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    pipeline.prefix() + ".in", (i + shift) % PARTITIONS, bytes("key-" + i % 7), bytes("message " + i));
            record.headers().add("Message-Id", bytes("id-" + i));
            pipeline.send(record);
        }
    }

    private List<FlowResult> results() {
        return pipeline.read(pipeline.prefix() + ".results", EngineOptions.DEFAULTS.outcomePartitions()).stream()
                .map(value -> LogFormats.decode(ResultBlock.parser(), value, "results"))
                .flatMap(block -> OutcomeBlocks.results(block, "results").stream())
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
