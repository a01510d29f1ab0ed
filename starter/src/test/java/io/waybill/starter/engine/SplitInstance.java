package io.waybill.starter.engine;

import io.waybill.engine.EngineOptions;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/**
 * A process that splits a message into as many parts as it says, one after the other. Arguments: broker, prefix of topics,
 * folder of its stores.
 */
final class SplitInstance {

    private SplitInstance() {}

    private static Iterable<String> parts(String count) {
        return () -> IntStream.rangeClosed(1, Integer.parseInt(count))
                .mapToObj(String::valueOf)
                .iterator();
    }

    public static void main(String[] arguments) throws InterruptedException {
        String prefix = arguments[1];
        Pipeline pipeline = Pipeline.named("splitting")
                .onFailure(FailurePolicy.deadLetter())
                .from(KafkaSource.topic(prefix + ".in").value(Text.serde()))
                .withoutDeduplication()
                .splitIntoParts("parts", SplitInstance::parts, Text.serde())
                .to("out", KafkaSink.topic(prefix + ".out").value(Text.serde()))
                .build();
        EngineInstance running = new EngineInstance(
                prefix,
                KafkaLogOptions.of(arguments[0]),
                EngineOptions.DEFAULTS,
                Path.of(arguments[2]),
                pipeline,
                new ConcurrentLinkedQueue<>());
        try (running) {
            new CountDownLatch(1).await();
        }
    }
}
