package io.waybill.starter.engine;

import static io.waybill.starter.engine.PipelineOnKafka.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.DeadLetterEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of the operating system that a message ends, one after the other, on a real broker. */
class QuarantineOnKafkaIT {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int MESSAGES = 200;

    @TempDir
    private Path folder;

    private PipelineOnKafka pipeline;

    @BeforeEach
    void start() throws IOException {
        pipeline = new PipelineOnKafka(folder, "deadly", 2);
        IntStream.range(0, MESSAGES).forEach(number -> pipeline.send(number % 2, "message " + number));
        pipeline.send(0, DeadlyInstance.KILLER);
        IntStream.range(MESSAGES, 2 * MESSAGES).forEach(number -> pipeline.send(number % 2, "message " + number));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void a_message_that_ends_four_processes_is_a_dead_letter_and_all_others_pass_once() throws Exception {
        Process process = launched();
        int ended = 0;
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (process.waitFor(200, TimeUnit.MILLISECONDS)
                || pipeline.outputsWhile(process::isAlive).size() < 2 * MESSAGES) {
            assertThat(System.nanoTime()).as("within %s", LIMIT).isLessThan(limit);
            if (!process.isAlive()) {
                assertThat(process.exitValue()).isEqualTo(DeadlyInstance.STATUS);
                ended++;
                process = launched();
            }
        }

        assertThat(ended).isEqualTo(4);
        assertThat(pipeline.outputs())
                .hasSize(2 * MESSAGES)
                .doesNotHaveDuplicates()
                .doesNotContain(DeadlyInstance.KILLER);
        DeadLetterEvent dead = pipeline.deadLetters().getFirst();
        assertThat(dead.getCaptured().getErrorCode()).isEqualTo("QUARANTINED");
        assertThat(dead.getCaptured().getPayload().toStringUtf8()).isEqualTo(DeadlyInstance.KILLER);

        pipeline.replay(dead, "harmless");
        until(() -> pipeline.outputs().contains("harmless"));
        assertThat(process.isAlive()).isTrue();
        assertThat(pipeline.deadLetters())
                .filteredOn(DeadLetterEvent::hasResolved)
                .hasSize(1);
    }

    private Process launched() throws IOException {
        return pipeline.launch(DeadlyInstance.class, "stores");
    }
}
