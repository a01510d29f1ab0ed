package io.waybill.benchmarks.sinks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The rows: 200 bytes of text that begin with a number of their own, in ten digits. */
final class SinkRows {

    /** Of a row without its end of line. */
    static final int BYTES = 200;

    private static final int DIGITS = 10;
    private static final byte[] FILL = "x".repeat(BYTES - DIGITS).getBytes(US_ASCII);

    private SinkRows() {}

    static long numberIn(byte[] row) {
        return Long.parseLong(new String(row, 0, DIGITS, US_ASCII));
    }

    static void write(String bootstrapServers, int rows) {
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "batch.size", 128 * 1024, "linger.ms", 20),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int number = 0; number < rows; number++) {
                byte[] row = new byte[BYTES];
                System.arraycopy(String.format(Locale.ROOT, "%010d", number).getBytes(US_ASCII), 0, row, 0, DIGITS);
                System.arraycopy(FILL, 0, row, DIGITS, FILL.length);
                var unused = producer.send(
                        new ProducerRecord<>(SinkJob.INPUT, number % SinkJob.PARTITIONS, null, row),
                        (metadata, refused) -> {
                            if (refused != null) {
                                failure.set(refused);
                            }
                        });
            }
            producer.flush();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("the input could not be written", failure.get());
        }
    }
}
