package io.waybill.engine;

import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what a restore reads, and tells about it: on its way every ten seconds, and at its end. */
final class RestoreNews {

    private static final Logger LOG = LoggerFactory.getLogger(RestoreNews.class);
    private static final Duration NEWS = Duration.ofSeconds(10);

    private final TaskId task;
    private final Ports ports;
    private final Instant begunAt;
    private Instant nextNews;
    private long records;
    private long bytes;

    RestoreNews(TaskId task, Ports ports) {
        this.task = task;
        this.ports = ports;
        this.begunAt = ports.clock().instant();
        this.nextNews = begunAt.plus(NEWS);
    }

    /** @param left offsets of the topic after them */
    void read(List<ConsumerRecord<byte[], byte[]>> some, long left) {
        records += some.size();
        for (ConsumerRecord<byte[], byte[]> record : some) {
            bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        }
        Instant now = ports.clock().instant();
        RestoreProgress progress = progress(left, now);
        ports.probe().restored(task, progress);
        if (!now.isBefore(nextNews)) {
            nextNews = now.plus(NEWS);
            tell("restores", progress);
        }
    }

    void done() {
        RestoreProgress progress = progress(0, ports.clock().instant());
        ports.probe().restored(task, progress);
        if (records > 0) {
            tell("restored", progress);
        }
    }

    private RestoreProgress progress(long left, Instant now) {
        return new RestoreProgress(records, bytes, left, Duration.between(begunAt, now));
    }

    private void tell(String verb, RestoreProgress progress) {
        LOG.info(
                "task {} {} its state: {} records, {} bytes, {} MB/s, {} offsets remain",
                task,
                verb,
                progress.records(),
                progress.bytes(),
                "%.1f".formatted(progress.megabytesPerSecond()),
                progress.remaining());
    }
}
