package io.waybill.log.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Idempotent producers; large batches, since they cost the least per record (PERFORMANCE, lesson 5). */
final class ProducerSettings {

    static final Duration LINGER = Duration.ofMillis(20);

    private static final int BATCH_BYTES = 512 * 1024;
    private static final int BUFFER_BYTES = 64 * 1024 * 1024;

    private ProducerSettings() {}

    /** Writes on its own, somebody waits for each record: it does not linger. */
    static Map<String, Object> idempotent(KafkaLogOptions options) {
        int requestMillis = Math.toIntExact(options.requestTimeout().toMillis());
        int deliveryMillis = Math.toIntExact(options.deliveryTimeout().toMillis());
        Map<String, Object> settings = new HashMap<>(options.clientProperties());
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, options.maxRequestBytes());
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) BUFFER_BYTES);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, requestMillis);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryMillis);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, deliveryMillis);
        return settings;
    }

    static Map<String, Object> transactional(KafkaLogOptions options, String id, Duration transactionTimeout) {
        Map<String, Object> settings = idempotent(options);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, Math.toIntExact(LINGER.toMillis()));
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(transactionTimeout.toMillis()));
        return settings;
    }
}
