package io.waybill.projection;

import io.waybill.log.GroupReader;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.TransactionalWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** One topic in lists: just what a projector asks of a log. Offsets that were skipped stand for markers. */
final class ListLog implements Log, LogAdmin {

    static final String TOPIC = "waybill.outcomes";

    final Map<TopicPartition, NavigableMap<Long, byte[]>> partitions = new HashMap<>();
    final Map<TopicPartition, Long> starts = new HashMap<>();
    final Map<TopicPartition, Long> ends = new HashMap<>();
    boolean topicExists = true;
    int openReaders;

    ListLog(int count) {
        for (int number = 0; number < count; number++) {
            partitions.put(partition(number), new TreeMap<>());
        }
    }

    static TopicPartition partition(int number) {
        return new TopicPartition(TOPIC, number);
    }

    private NavigableMap<Long, byte[]> records(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, absent -> new TreeMap<>());
    }

    synchronized void append(int partition, String value) {
        long offset = ends.merge(partition(partition), 1L, Long::sum) - 1;
        records(partition(partition)).put(offset, value.getBytes(StandardCharsets.UTF_8));
    }

    synchronized void appendMarker(int partition) {
        ends.merge(partition(partition), 1L, Long::sum);
    }

    @Override
    public LogReader reader() {
        openReaders++;
        return new Reader();
    }

    @Override
    public LogAdmin admin() {
        return this;
    }

    @Override
    public Map<String, TopicDescription> describe(Collection<String> topics) {
        return topicExists
                ? Map.of(TOPIC, new TopicDescription(TOPIC, Uuid.ONE_UUID, partitions.size(), 1 << 20))
                : Map.of();
    }

    @Override
    public Set<String> names(String prefix) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void create(Collection<TopicSpec> topics) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> transactionsHolding(String prefix, Duration age, Set<TopicPartition> partitions) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteRecords(Map<TopicPartition, Long> before) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean holdsTransaction(String transactionalId, Duration age) {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    @Override
    public GroupReader joinGroup(String group, Collection<String> topics, GroupReader.RebalanceListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public TransactionalWriter transactionalWriter(String transactionalId, Duration transactionTimeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LogWriter writer() {
        throw new UnsupportedOperationException();
    }

    private final class Reader implements LogReader {

        private final Map<TopicPartition, Long> positions = new HashMap<>();

        @Override
        public void assign(Collection<TopicPartition> assigned) {}

        @Override
        public List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
            synchronized (ListLog.this) {
                List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
                positions.replaceAll((partition, position) -> {
                    records(partition)
                            .tailMap(position)
                            .forEach((offset, value) -> records.add(new ConsumerRecord<>(
                                    partition.topic(), partition.partition(), offset, new byte[0], value)));
                    return ends.getOrDefault(partition, 0L);
                });
                return records;
            }
        }

        @Override
        public void seek(TopicPartition partition, long offset) {
            positions.put(partition, offset);
        }

        @Override
        public long position(TopicPartition partition) {
            return positions.getOrDefault(partition, -1L);
        }

        @Override
        public void pause(Collection<TopicPartition> paused) {}

        @Override
        public void resume(Collection<TopicPartition> resumed) {}

        @Override
        public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> asked) {
            return asked.stream().collect(Collectors.toMap(p -> p, p -> starts.getOrDefault(p, 0L)));
        }

        @Override
        public Map<TopicPartition, Long> highWatermarks(Collection<TopicPartition> asked) {
            synchronized (ListLog.this) {
                return asked.stream().collect(Collectors.toMap(p -> p, p -> ends.getOrDefault(p, 0L)));
            }
        }

        @Override
        public void wakeup() {}

        @Override
        public void close() {
            openReaders--;
        }
    }
}
