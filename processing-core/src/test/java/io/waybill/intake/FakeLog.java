package io.waybill.intake;

import io.waybill.log.GroupReader;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.TransactionalWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** As much of a log as an intake needs: topics that are described, records that are kept, answers that can be changed. */
final class FakeLog implements Log, LogAdmin, LogWriter {

    static final long TIMESTAMP = 1_790_000_000_000L;

    final List<ProducerRecord<byte[], byte[]>> written = new ArrayList<>();
    final Map<String, TopicDescription> topics = new HashMap<>();
    Function<ProducerRecord<byte[], byte[]>, CompletableFuture<RecordMetadata>> answer = this::acknowledge;

    @Nullable
    KafkaException adminFailure;

    int described;

    FakeLog topic(String name, int partitions, int maxMessageBytes) {
        topics.put(name, new TopicDescription(name, Uuid.randomUuid(), partitions, maxMessageBytes));
        return this;
    }

    List<ProducerRecord<byte[], byte[]>> writtenTo(String topic) {
        return written.stream().filter(record -> record.topic().equals(topic)).toList();
    }

    CompletableFuture<RecordMetadata> acknowledge(ProducerRecord<byte[], byte[]> record) {
        int partition = record.partition() == null ? 0 : record.partition();
        long offset = writtenTo(record.topic()).size();
        written.add(record);
        return CompletableFuture.completedFuture(
                new RecordMetadata(new TopicPartition(record.topic(), partition), offset, 0, TIMESTAMP, 0, 0));
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return answer.apply(record);
    }

    @Override
    public Map<String, TopicDescription> describe(Collection<String> names) {
        described++;
        if (adminFailure != null) {
            throw adminFailure;
        }
        Map<String, TopicDescription> found = new HashMap<>(topics);
        found.keySet().retainAll(Set.copyOf(names));
        return found;
    }

    @Override
    public LogWriter writer() {
        return this;
    }

    @Override
    public LogAdmin admin() {
        return this;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public Set<String> names(String prefix) {
        throw new UnsupportedOperationException("an intake knows its topics");
    }

    @Override
    public void create(Collection<TopicSpec> specs) {
        throw new UnsupportedOperationException("an intake creates no topics");
    }

    @Override
    public Set<String> transactionsHolding(String prefix, Duration age, Set<TopicPartition> partitions) {
        throw new UnsupportedOperationException("an intake looks at no transactions");
    }

    @Override
    public void deleteRecords(Map<TopicPartition, Long> before) {
        throw new UnsupportedOperationException("an intake deletes nothing");
    }

    @Override
    public boolean holdsTransaction(String transactionalId, Duration age) {
        throw new UnsupportedOperationException("an intake looks at no transactions");
    }

    @Override
    public TransactionProtocol transactionProtocol() {
        throw new UnsupportedOperationException("nobody starts an engine here");
    }

    @Override
    public GroupTimes agreeOnTimes(String group) {
        throw new UnsupportedOperationException("nobody starts an engine here");
    }

    @Override
    public void fence(Collection<String> transactionalIds) {
        throw new UnsupportedOperationException("an intake fences nobody");
    }

    @Override
    public GroupReader joinGroup(String group, Collection<String> names, GroupReader.RebalanceListener listener) {
        throw new UnsupportedOperationException("an intake reads nothing");
    }

    @Override
    public LogReader reader() {
        throw new UnsupportedOperationException("an intake reads nothing");
    }

    @Override
    public TransactionalWriter transactionalWriter(String transactionalId, Duration transactionTimeout) {
        throw new UnsupportedOperationException("an intake needs no transactions");
    }
}
