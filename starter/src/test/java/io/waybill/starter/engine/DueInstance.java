package io.waybill.starter.engine;

import io.waybill.engine.EngineOptions;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A process whose flows have a deadline, and whose second stage fails for some parts while a file is there. Arguments: broker, prefix of
 * topics, folder of its stores, that file.
 */
final class DueInstance {

    static final Duration DEADLINE = Duration.ofSeconds(15);
    static final String SLOW = "slow";

    private DueInstance() {}

    public static void main(String[] arguments) throws Exception {
        String prefix = arguments[1];
        Path away = Path.of(arguments[3]);
        Pipeline pipeline = Pipeline.named("life")
                .flowDeadline(DEADLINE)
                .onFailure(
                        FailurePolicy.retry(1_000).fixed(Duration.ofSeconds(1)).thenDeadLetter())
                .from(KafkaSource.topic(prefix + ".in").value(Text.serde()))
                .withoutDeduplication()
                .splitIntoParts("parts", text -> List.of(text.split(",")), Text.serde())
                .keyBy("second", item -> item, Text.serde(), Text.serde())
                .map("check", item -> {
                    if (item.startsWith(SLOW) && Files.exists(away)) {
                        throw new IllegalStateException("the other system is away");
                    }
                    return item;
                })
                .to("out", KafkaSink.topic(prefix + ".out").value(Text.serde()))
                .build();
        EngineInstance running = new EngineInstance(
                prefix,
                KafkaLogOptions.of(arguments[0]),
                EngineOptions.DEFAULTS,
                Path.of(arguments[2]),
                pipeline,
                new ArrayDeque<>());
        try (running) {
            new CountDownLatch(1).await();
        }
    }
}
