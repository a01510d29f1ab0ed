package io.waybill.starter.engine;

import io.waybill.engine.EngineOptions;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.pipeline.FailurePolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A process whose operator fails for some messages while a file is there. Arguments: broker, prefix of topics, folder of its
 * stores, that file, and {@link #IN_SEQUENCE} where those are dead letters that keep their places.
 */
final class WaitingInstance {

    static final String SLOW = "slow";
    static final String IN_SEQUENCE = "in-sequence";
    /** Of one key, where they keep their places. */
    static final int MAX_WAITING_OF_KEY = 4;

    static final Duration BACKOFF = Duration.ofSeconds(3);

    private WaitingInstance() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path away = Path.of(arguments[3]);
        boolean inSequence = arguments.length > 4 && arguments[4].equals(IN_SEQUENCE);
        EngineOptions options = inSequence
                ? EngineOptions.DEFAULTS.withMaxWaiting(
                        EngineOptions.DEFAULTS.maxWaitingRecords(),
                        MAX_WAITING_OF_KEY,
                        EngineOptions.DEFAULTS.maxWaitingBytes())
                : EngineOptions.DEFAULTS;
        FailurePolicy policy = inSequence
                ? FailurePolicy.deadLetterInSequence()
                : FailurePolicy.retry(1_000).fixed(BACKOFF).thenDeadLetter();
        EngineInstance running = new EngineInstance(
                arguments[1],
                KafkaLogOptions.of(arguments[0]),
                options,
                Path.of(arguments[2]),
                policy,
                item -> {
                    if (item.startsWith(SLOW) && Files.exists(away)) {
                        throw new IllegalStateException("the other system is away");
                    }
                    return item;
                },
                null);
        try (running) {
            new CountDownLatch(1).await();
        }
    }
}
