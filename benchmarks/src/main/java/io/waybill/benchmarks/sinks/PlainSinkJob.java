package io.waybill.benchmarks.sinks;

import io.waybill.benchmarks.contest.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What a team writes that accepts doubles: a consumer that makes what it polled within 100 ms durable in one batch, and then
 * commits its offsets. A crash between the two repeats rows.
 */
final class PlainSinkJob implements Runnable {

    private final SinkJob job;
    private final int number;
    private final AtomicBoolean stop;

    private PlainSinkJob(SinkJob job, int number, AtomicBoolean stop) {
        this.job = job;
        this.number = number;
        this.stop = stop;
    }

    /** Makes rows durable. */
    private interface Target extends AutoCloseable {

        void write(List<byte[]> rows) throws SQLException, IOException;

        @Override
        void close() throws SQLException, IOException;
    }

    public static void main(String[] arguments) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Thread[] threads = new Thread[SinkJob.THREADS];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofPlatform().start(new PlainSinkJob(SinkJob.of(arguments), i, stop));
        }
        ChildJvm.awaitEnd();
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("no checkpoint");
    }

    @Override
    public void run() {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                job.bootstrapServers(),
                "group.id",
                job.group(),
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false,
                "max.poll.records",
                2_000);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                Target target = target()) {
            consumer.subscribe(List.of(SinkJob.INPUT));
            while (!stop.get()) {
                List<byte[]> rows = new ArrayList<>();
                long ends = System.nanoTime()
                        + Duration.ofMillis(SinkJob.COMMIT_INTERVAL_MS).toNanos();
                do {
                    consumer.poll(Duration.ofMillis(10)).forEach(record -> rows.add(record.value()));
                } while (System.nanoTime() < ends && !stop.get());
                if (!rows.isEmpty()) {
                    target.write(rows);
                    consumer.commitSync();
                }
            }
        } catch (SQLException | IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private Target target() throws SQLException, IOException {
        return job.contender().place() == SinkContender.Place.TABLE ? table() : file();
    }

    private Target table() throws SQLException {
        Connection connection = DriverManager.getConnection(job.jdbcUrl(), "waybill", "waybill");
        connection.setAutoCommit(false);
        PreparedStatement statement = connection.prepareStatement(SinkJob.INSERT);
        return new Target() {
            @Override
            public void write(List<byte[]> rows) throws SQLException {
                for (byte[] row : rows) {
                    statement.setLong(1, SinkRows.numberIn(row));
                    statement.setString(2, new String(row, StandardCharsets.US_ASCII));
                    statement.addBatch();
                }
                int[] unused = statement.executeBatch();
                connection.commit();
            }

            @Override
            public void close() throws SQLException {
                connection.close();
            }
        };
    }

    private Target file() throws IOException {
        FileChannel file = FileChannel.open(
                Files.createDirectories(job.folder()).resolve("rows-" + number),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
        return new Target() {
            @Override
            public void write(List<byte[]> rows) throws IOException {
                ByteBuffer batch = ByteBuffer.allocate(rows.size() * (SinkRows.BYTES + 1));
                rows.forEach(row -> batch.put(row).put((byte) '\n'));
                batch.flip();
                while (batch.hasRemaining()) {
                    int unused = file.write(batch);
                }
                file.force(false);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
