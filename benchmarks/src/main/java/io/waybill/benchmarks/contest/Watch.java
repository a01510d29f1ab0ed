package io.waybill.benchmarks.contest;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Follows a contender by the offsets its group has committed, which are the same measure for all of them, and stops the
 * clock when the last record is committed. The JVM is warm when a quarter of the records is done.
 */
public final class Watch {

    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final Admin admin;
    private final ChildJvm broker;

    public Watch(Admin admin, ChildJvm broker) {
        this.admin = admin;
        this.broker = broker;
    }

    public Figures follow(ChildJvm app, String group, long records) throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Moment warm = null;
        while (System.nanoTime() < end) {
            app.requireAlive();
            long done = committed(group);
            if (warm == null && done >= records / 4) {
                warm = new Moment(done, System.nanoTime(), app.cpu(), broker.cpu());
            }
            if (warm != null && done >= records) {
                return figures(warm, new Moment(done, System.nanoTime(), app.cpu(), broker.cpu()), app.peakMiB());
            }
            Thread.sleep(LOOK);
        }
        throw new IllegalStateException(
                "expected %d records within %s, but %d are committed".formatted(records, PATIENCE, committed(group)));
    }

    private long committed(String group) throws InterruptedException, ExecutionException {
        long sum = 0;
        for (OffsetAndMetadata offset : admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .values()) {
            sum += offset == null ? 0 : offset.offset();
        }
        return sum;
    }

    private static Figures figures(Moment from, Moment to, long peakMiB) {
        double records = to.done() - from.done();
        return new Figures(
                records * 1e9 / (to.nanos() - from.nanos()),
                to.app().minus(from.app()).toNanos() / 1e3 / records,
                to.broker().minus(from.broker()).toNanos() / 1e3 / records,
                peakMiB);
    }

    private record Moment(long done, long nanos, Duration app, Duration broker) {}
}
