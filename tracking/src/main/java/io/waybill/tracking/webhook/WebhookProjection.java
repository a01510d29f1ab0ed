package io.waybill.tracking.webhook;

import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.ResultBlock;
import io.waybill.projection.Projection;
import io.waybill.tracking.projection.PositionedTransaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes the results that one target wants from the log into its deliveries: in the transaction that moves the target's own position, so
 * none is skipped and none is there twice, whoever dies. Each target follows alone: a process that does not know it cannot pass over its
 * results. Where as many are pending as may be, it goes on when some have left.
 */
final class WebhookProjection implements Projection {

    private final String topic;
    private final WebhookTarget target;
    private final WebhookDeliveries deliveries;
    private final PositionedTransaction transaction;
    private final Instant since;
    private final int mostPending;

    /** @param since results that were decided before are not its own */
    WebhookProjection(
            String topic,
            WebhookTarget target,
            WebhookDeliveries deliveries,
            DataSource dataSource,
            Instant since,
            int mostPending) {
        this.topic = topic;
        this.target = target;
        this.deliveries = deliveries;
        this.transaction = new PositionedTransaction("webhook:" + target.name(), dataSource);
        this.since = since;
        this.mostPending = mostPending;
    }

    @Override
    public Set<String> topics() {
        return Set.of(topic);
    }

    @Override
    public Map<TopicPartition, Long> positions() {
        return transaction.positions();
    }

    @Override
    public boolean apply(
            TopicPartition partition, long expected, long next, List<ConsumerRecord<byte[], byte[]>> records) {
        List<FlowResult> wanted = new ArrayList<>();
        Instant newest = Instant.EPOCH;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            for (FlowResult result : read(record)) {
                Instant at = Instant.ofEpochMilli(result.getAtMs());
                newest = at.isAfter(newest) ? at : newest;
                if (!at.isBefore(since) && target.wants(result.getPipeline())) {
                    wanted.add(result);
                }
            }
        }
        if (!wanted.isEmpty()) {
            deliveries.requireRoom(target.name(), mostPending);
        }
        return transaction.apply(
                partition, expected, next, newest, connection -> deliveries.add(target.name(), wanted, connection));
    }

    private static List<FlowResult> read(ConsumerRecord<byte[], byte[]> record) {
        String what = record.topic() + "-" + record.partition() + "@" + record.offset();
        byte[] value = record.value() == null ? new byte[0] : record.value();
        List<FlowResult> results = OutcomeBlocks.results(LogFormats.decode(ResultBlock.parser(), value, what), what);
        try {
            results.forEach(result -> TrackingId.of(result.getTrackingId()));
        } catch (IllegalArgumentException e) {
            throw UnreadableLogException.malformed(what, e);
        }
        return results;
    }
}
