package io.waybill.benchmarks.restore;

import io.waybill.benchmarks.contest.Broker;
import io.waybill.benchmarks.contest.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * {@code benchmarks/run restore [megabytes [bytes of a row [rows of a message]]]}: a pipeline of four tasks builds up
 * state and ids, ends in good order, loses its disk and starts again. The clock runs from the start of the process to the
 * moment when every task has committed a message that waited for it.
 */
public final class RestoreBenchmark {

    private static final String BROKER_HEAP = "1g";
    private static final String APP_HEAP = "512m";
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofMinutes(40);

    private final Shape shape;
    private final Path folder;
    private final String bootstrapServers;
    private final ChildJvm broker;
    private final Admin admin;

    private RestoreBenchmark(Shape shape, Path folder, String bootstrapServers, ChildJvm broker, Admin admin) {
        this.shape = shape;
        this.folder = folder;
        this.bootstrapServers = bootstrapServers;
        this.broker = broker;
        this.admin = admin;
    }

    public static void main(String[] arguments) throws Exception {
        Shape shape = Shape.of(arguments);
        Path folder = Files.createTempDirectory("waybill-restore");
        try (ChildJvm broker = ChildJvm.start(
                Broker.class,
                BROKER_HEAP,
                folder.resolve("broker.log"),
                folder.resolve("kafka").toString())) {
            String bootstrapServers = broker.line();
            try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
                new RestoreBenchmark(shape, folder, bootstrapServers, broker, admin).run();
            }
        } catch (IOException | RuntimeException failure) {
            System.err.println("logs are kept in " + folder);
            throw failure;
        }
        delete(folder);
    }

    private void run() throws Exception {
        System.out.printf(
                "%,d messages with an id each, %d rows of %d bytes for each%n",
                shape.messages(), shape.rowsPerMessage(), shape.rowBytes());
        admin.createTopics(
                        List.of(new NewTopic(RestoreJob.INPUT, Optional.of(Shape.PARTITIONS), Optional.of((short) 1))))
                .all()
                .get();
        long begun = System.nanoTime();
        send(0, shape.messages());
        try (ChildJvm app = start("fill")) {
            await(app, shape.messages());
        }
        System.out.printf("built up in %.1f s%n", seconds(begun));
        delete(folder.resolve("state"));
        send(shape.messages(), shape.messages() + Shape.PARTITIONS);
        restore();
    }

    private void restore() throws Exception {
        Duration brokerBefore = broker.cpu();
        long begun = System.nanoTime();
        try (ChildJvm app = start("restore")) {
            Told told = Told.by(app);
            await(app, shape.messages() + Shape.PARTITIONS);
            double down = seconds(begun);
            long records = told.records();
            System.out.printf(
                    "restored %,d records, %,.0f MB, from start to work: %.1f s, %.1f MB/s, %,.0f records/s%n",
                    records, told.bytes() / 1e6, down, told.bytes() / 1e6 / down, records / down);
            System.out.printf(
                    "a thread, while it restores: %.1f MB/s, %,.0f records/s%n",
                    told.bytes() / 1e6 / told.seconds(), records / told.seconds());
            System.out.printf(
                    "cpu us/record: process %.2f, broker %.2f; process peak %,d MiB%n",
                    app.cpu().toNanos() / 1e3 / records,
                    broker.cpu().minus(brokerBefore).toNanos() / 1e3 / records,
                    app.peakMiB());
            requireAll(records);
        }
    }

    private void requireAll(long records) {
        long rows = shape.messages() * shape.rowsPerMessage();
        if (records < rows) {
            throw new IllegalStateException(
                    "expected at least the %d rows to be restored, but it read %d records".formatted(rows, records));
        }
    }

    private ChildJvm start(String name) throws IOException {
        return ChildJvm.start(
                RestoreJob.class,
                APP_HEAP,
                folder.resolve(name + ".log"),
                bootstrapServers,
                folder.resolve("state").toString(),
                Integer.toString(shape.rowsPerMessage()),
                Integer.toString(shape.rowBytes()));
    }

    /** Numbers go round the partitions; the number is key and message id alike. */
    private void send(long from, long to) {
        try (var producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.LINGER_MS_CONFIG, 20),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (long number = from; number < to; number++) {
                byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
                ProducerRecord<byte[], byte[]> message =
                        new ProducerRecord<>(RestoreJob.INPUT, (int) (number % Shape.PARTITIONS), key, new byte[1]);
                message.headers()
                        .add(new RecordHeader(
                                "Message-Id", "%016x".formatted(number).getBytes(StandardCharsets.UTF_8)));
                var unused = producer.send(message);
            }
        }
    }

    private void await(ChildJvm app, long messages) throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (committed() < messages) {
            app.requireAlive();
            if (System.nanoTime() > end) {
                throw new IllegalStateException("expected %d messages within %s, but %d are committed"
                        .formatted(messages, PATIENCE, committed()));
            }
            Thread.sleep(LOOK);
        }
    }

    private long committed() throws InterruptedException, ExecutionException {
        long sum = 0;
        for (OffsetAndMetadata offset : admin.listConsumerGroupOffsets(RestoreJob.PREFIX + "." + RestoreJob.PIPELINE)
                .partitionsToOffsetAndMetadata()
                .get()
                .values()) {
            sum += offset == null ? 0 : offset.offset();
        }
        return sum;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static void delete(Path path) throws IOException {
        if (Files.notExists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(each);
            }
        }
    }
}
