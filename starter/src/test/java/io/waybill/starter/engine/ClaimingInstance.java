package io.waybill.starter.engine;

import io.waybill.engine.EngineOptions;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;

/** A process that recognises resends in all partitions. Arguments: broker, prefix of topics, folder of its stores. */
final class ClaimingInstance {

    private ClaimingInstance() {}

    public static void main(String[] arguments) throws Exception {
        String prefix = arguments[1];
        Pipeline pipeline = Pipeline.named("life")
                .from(KafkaSource.topic(prefix + ".in").value(Text.serde()))
                .deduplicate(Deduplicate.byMessageId().globally())
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
