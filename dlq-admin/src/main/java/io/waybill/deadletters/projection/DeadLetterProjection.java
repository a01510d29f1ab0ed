package io.waybill.deadletters.projection;

import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.projection.JdbcPositions;
import io.waybill.projection.Projection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Follows {@link Topics#deadLetters}. Each record takes effect once: it proves its turn in its transaction (R12). */
public final class DeadLetterProjection implements Projection {

    private static final String NAME = "dead-letters";

    private final String topic;
    private final JdbcPositions positions = new JdbcPositions("waybill.dead_letter_position");
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final EventFold events;

    public DeadLetterProjection(DataSource dataSource, Topics topics) {
        topic = topics.deadLetters();
        jdbc = new JdbcTemplate(dataSource);
        transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        events = new EventFold(JdbcClient.create(jdbc));
    }

    @Override
    public Set<String> topics() {
        return Set.of(topic);
    }

    @Override
    public Map<TopicPartition, Long> positions() {
        return Objects.requireNonNull(jdbc.execute(
                (ConnectionCallback<Map<TopicPartition, Long>>) connection -> positions.load(connection, NAME)));
    }

    @Override
    public boolean apply(
            TopicPartition partition, long expected, long next, List<ConsumerRecord<byte[], byte[]>> records) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            if (!advance(partition, expected, next)) {
                return false;
            }
            records.forEach(this::apply);
            return true;
        }));
    }

    private boolean advance(TopicPartition partition, long expected, long next) {
        return Boolean.TRUE.equals(jdbc.execute((ConnectionCallback<Boolean>)
                connection -> positions.advance(connection, NAME, partition, expected, next)));
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        String what = "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
        events.fold(LogFormats.decode(DeadLetterEvent.parser(), record.value(), what));
    }
}
