package io.waybill.starter.engine;

import io.waybill.engine.EngineOptions;
import io.waybill.log.kafka.KafkaLogOptions;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process whose operator ends it for one message. Arguments: broker, prefix of topics, folder of its stores. */
final class DeadlyInstance {

    static final String KILLER = "killer";
    static final int STATUS = 7;

    private DeadlyInstance() {}

    public static void main(String[] arguments) throws InterruptedException {
        // Its successor need not wait until its session is over.
        KafkaLogOptions options = KafkaLogOptions.of(arguments[0]).withGroupInstanceId("deadly");
        EngineInstance running =
                new EngineInstance(arguments[1], options, EngineOptions.DEFAULTS, Path.of(arguments[2]), item -> {
                    if (item.equals(KILLER)) {
                        Runtime.getRuntime().halt(STATUS);
                    }
                    return item;
                });
        try (running) {
            new CountDownLatch(1).await();
        }
    }
}
