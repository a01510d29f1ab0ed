package io.waybill.log.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The most bytes a record takes as a batch of its own, uncompressed: Kafka's message format 2, every length at its
 * longest.
 */
final class RecordSize {

    private static final int BATCH_OVERHEAD = 61;
    private static final int RECORD_OVERHEAD = 21;
    private static final int LENGTH = 5;

    private RecordSize() {}

    static long upperBound(ProducerRecord<byte[], byte[]> record) {
        long bytes = BATCH_OVERHEAD + RECORD_OVERHEAD + field(record.key()) + field(record.value()) + LENGTH;
        for (Header header : record.headers()) {
            bytes += field(header.key().getBytes(StandardCharsets.UTF_8)) + field(header.value());
        }
        return bytes;
    }

    private static long field(byte[] content) {
        return LENGTH + (content == null ? 0L : content.length);
    }
}
