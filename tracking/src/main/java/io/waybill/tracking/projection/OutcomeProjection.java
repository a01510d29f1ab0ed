package io.waybill.tracking.projection;

import static java.util.stream.Collectors.toSet;

import io.waybill.projection.Projection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Keeps flows, parts and results as the topic of outcomes tells them. */
public final class OutcomeProjection implements Projection {

    /** Its name in {@code waybill.tracking_position}. */
    public static final String NAME = "outcomes";

    private final String topic;
    private final PositionedTransaction transaction;

    public OutcomeProjection(String topic, DataSource dataSource) {
        this.topic = topic;
        this.transaction = new PositionedTransaction(NAME, dataSource);
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
        OutcomeFold fold = OutcomeFold.of(records);
        return transaction.apply(partition, expected, next, fold.newest(), connection -> write(fold, connection));
    }

    private static void write(OutcomeFold fold, Connection connection) throws SQLException {
        OutcomeTables tables = new OutcomeTables(connection);
        List<TrackedFlow> known = tables.known(fold.flows());
        OutcomeBatch batch = new OutcomeBatch(known);
        fold.applyTo(batch);
        tables.write(batch, known.stream().map(TrackedFlow::trackingId).collect(toSet()));
    }
}
