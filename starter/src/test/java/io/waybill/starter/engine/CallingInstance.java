package io.waybill.starter.engine;

import io.waybill.engine.EngineOptions;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;

/**
 * A process that asks another system, which answers some messages only while a file is not there, and keeps a list of what it was
 * asked. Arguments: broker, prefix of topics, folder of its stores, that file, the list, milliseconds between checkpoints.
 */
final class CallingInstance {

    static final String SLOW = "slow";

    private CallingInstance() {}

    public static void main(String[] arguments) throws Exception {
        String prefix = arguments[1];
        Path away = Path.of(arguments[3]);
        Path asked = Path.of(arguments[4]);
        EngineInstance running = new EngineInstance(
                prefix,
                KafkaLogOptions.of(arguments[0]),
                EngineOptions.DEFAULTS.withCheckpointInterval(Duration.ofMillis(Long.parseLong(arguments[5]))),
                Path.of(arguments[2]),
                pipeline(prefix, away, asked),
                new ArrayDeque<>());
        try (running) {
            new CountDownLatch(1).await();
        }
    }

    private static Pipeline pipeline(String prefix, Path away, Path asked) {
        return Pipeline.named("life")
                .onFailure(FailurePolicy.retry(2).fixed(Duration.ofSeconds(1)).thenDeadLetter())
                .from(KafkaSource.topic(prefix + ".in").value(Text.serde()))
                .withoutDeduplication()
                .async("ask", item -> answer(item, away, asked), usual -> usual.timeout(Duration.ofMinutes(5)))
                .to("out", KafkaSink.topic(prefix + ".out").value(Text.serde()))
                .build();
    }

    private static String answer(String item, Path away, Path asked) throws IOException, InterruptedException {
        Files.writeString(asked, item + "\n", StandardOpenOption.APPEND);
        while (item.startsWith(SLOW) && Files.exists(away)) {
            Thread.sleep(10);
        }
        return item;
    }
}
