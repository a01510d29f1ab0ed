package io.waybill.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.Test;

class RecordSizeTest {

    @Test
    void itIsNeverLessThanWhatKafkasProducerReckons() {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>("topic", null, "key".getBytes(UTF_8), new byte[100_000]);
        record.headers().add("Message-Id", "4711".getBytes(UTF_8)).add("vermerk-ü", null);

        assertThat(RecordSize.upperBound(record.key(), record.value(), record.headers()))
                .isBetween((long) kafkas(record), kafkas(record) + 50L);
    }

    @Test
    void emptyRecordsCountTheirFrame() {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("topic", null, null, null);

        assertThat(RecordSize.upperBound(record.key(), record.value(), record.headers()))
                .isBetween((long) kafkas(record), kafkas(record) + 50L);
    }

    @Test
    void fitsExactlyWhereTheUpperBoundDoes() {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("topic", null, null, new byte[1_000]);
        record.headers().add("Message-Id", "4711".getBytes(UTF_8)).add("vermerk-ü", null);
        long bound = RecordSize.upperBound(record.key(), record.value(), record.headers());

        for (long limit = bound - 100; limit < bound + 100; limit++) {
            assertThat(RecordSize.fits(record.key(), record.value(), record.headers(), limit))
                    .as("of %d bytes at most %d", bound, limit)
                    .isEqualTo(bound <= limit);
        }
    }

    private static int kafkas(ProducerRecord<byte[], byte[]> record) {
        return AbstractRecords.estimateSizeInBytesUpperBound(
                RecordBatch.CURRENT_MAGIC_VALUE,
                Compression.NONE.type(),
                record.key(),
                record.value(),
                record.headers().toArray());
    }
}
