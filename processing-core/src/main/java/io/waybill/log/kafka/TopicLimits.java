package io.waybill.log.kafka;

import io.waybill.log.LogAdmin;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.RecordSize;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Judges a record's size before it is sent: once Kafka's producer or the broker refuses it, the whole transaction has
 * to abort. Limits are asked for at the first record of a topic and again before one is refused by what was known.
 * Safe for any thread.
 */
final class TopicLimits {

    private final LogAdmin admin;
    private final int maxRequestBytes;
    private final Map<String, Integer> known = new ConcurrentHashMap<>();

    TopicLimits(LogAdmin admin, int maxRequestBytes) {
        this.admin = admin;
        this.maxRequestBytes = maxRequestBytes;
    }

    /** @throws RecordTooLargeException where the topic, or a request, does not take it */
    void check(ProducerRecord<byte[], byte[]> record) {
        if (!RecordSize.fits(record.key(), record.value(), record.headers(), limit(record.topic()))) {
            long bytes = RecordSize.upperBound(record.key(), record.value(), record.headers());
            forget(record.topic());
            int limit = limit(record.topic());
            if (bytes > limit) {
                throw new RecordTooLargeException(
                        "expected a record of topic %s to take at most %d bytes, but it takes %d"
                                .formatted(record.topic(), limit, bytes));
            }
        }
    }

    /** What was known proved wrong. */
    void forget(String topic) {
        known.remove(topic);
    }

    private int limit(String topic) {
        Integer limit = known.get(topic);
        if (limit != null) {
            return limit;
        }
        TopicDescription description = admin.describe(List.of(topic)).get(topic);
        if (description == null) {
            return maxRequestBytes;
        }
        int asked = Math.min(maxRequestBytes, description.maxMessageBytes());
        known.put(topic, asked);
        return asked;
    }
}
