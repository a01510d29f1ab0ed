package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.ThreadReport;
import io.waybill.log.LogWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what a processing thread says of itself, outside checkpoints. Only the last report counts: one that was not
 * acknowledged is followed by the next. One thread.
 */
final class ThreadReports implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ThreadReports.class);
    /** The topic forgets what nobody repeats for a week. */
    private static final Duration REPEAT = Duration.ofHours(6);

    private final Ports ports;
    private final LogWriter writer;
    private final TopicPartition topic;
    private final byte[] key;
    private @Nullable ThreadReport last;
    private Instant repeatAt = Instant.MAX;
    private volatile boolean failed;

    ThreadReports(PipelinePlan plan, Ports ports, String thread) {
        this.ports = ports;
        this.topic = new TopicPartition(plan.topics().threads(), 0);
        this.key = (plan.pipeline().name() + "/" + thread).getBytes(StandardCharsets.UTF_8);
        this.writer = ports.log().writer();
    }

    /** Says it where it is news; the time in it is ours to set. */
    void say(ThreadReport report) {
        Instant now = ports.clock().instant();
        if (report.equals(last) && !failed && now.isBefore(repeatAt)) {
            return;
        }
        last = report;
        failed = false;
        repeatAt = now.plus(REPEAT);
        send(LogFormats.encode(
                report.toBuilder().setReportedAtMs(now.toEpochMilli()).build()));
    }

    /** The thread ends in order, and with it what it said. */
    void end() {
        if (last != null) {
            last = null;
            send(null);
        }
    }

    private void send(byte @Nullable [] value) {
        var unused = writer.send(new ProducerRecord<>(topic.topic(), topic.partition(), key, value))
                .whenComplete((done, error) -> {
                    if (error != null) {
                        LOG.warn("a report of this thread was not written: {}", error.toString());
                        failed = true;
                    }
                });
    }

    @Override
    public void close() {
        writer.close();
    }
}
