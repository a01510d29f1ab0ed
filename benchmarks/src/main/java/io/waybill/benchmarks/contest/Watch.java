package io.waybill.benchmarks.contest;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows a contender by the offsets its group has committed, which are the same measure for all of them, and stops the
 * clock when the last record is committed. The JVM is warm when a quarter of the records is done.
 */
public final class Watch {

    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration QUIET = Duration.ofSeconds(3);
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

    /**
     * The same of one whose records wait after they were taken up: the clock stops with the last output.
     *
     * @param input whose offsets tell how far it is; the group reads others as well
     */
    public Figures follow(ChildJvm app, String group, String input, String output, long records)
            throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Moment warm = null;
        Moment last = null;
        long written = -1;
        while (System.nanoTime() < end) {
            app.requireAlive();
            long done = committed(group, input);
            Moment now = new Moment(done, System.nanoTime(), app.cpu(), broker.cpu());
            warm = warm == null && done >= records / 4 ? now : warm;
            long by = written(output);
            last = by == written ? last : now;
            written = by;
            if (warm != null && last != null && done >= records && now.nanos() - last.nanos() > QUIET.toNanos()) {
                return figures(warm, new Moment(done, last.nanos(), last.app(), last.broker()), app.peakMiB());
            }
            Thread.sleep(LOOK);
        }
        throw new IllegalStateException("expected %d records within %s".formatted(records, PATIENCE));
    }

    private long written(String topic) throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        TopicDescription described = Objects.requireNonNull(
                admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
        for (int i = 0; i < described.partitions().size(); i++) {
            partitions.put(new TopicPartition(topic, i), OffsetSpec.latest());
        }
        return admin.listOffsets(partitions).all().get().values().stream()
                .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
                .sum();
    }

    private long committed(String group, String topic) throws InterruptedException, ExecutionException {
        return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                .filter(offset -> offset.getKey().topic().equals(topic) && offset.getValue() != null)
                .mapToLong(offset -> offset.getValue().offset())
                .sum();
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
