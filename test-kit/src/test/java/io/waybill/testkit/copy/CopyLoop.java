package io.waybill.testkit.copy;

import io.waybill.log.GroupReader;
import io.waybill.log.Log;
import io.waybill.log.TransactionalWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Copies a topic: read, begin, send, send the offsets, commit. Any other failure than a lost reply to a commit ends it. */
final class CopyLoop implements Runnable {

    static final String FROM = "copy.from";
    static final String TO = "copy.to";
    static final String GROUP = "copy";
    static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(20);

    private static final Duration WAIT = Duration.ofMillis(100);

    private final Log log;
    private final String transactionalId;

    CopyLoop(Log log, String transactionalId) {
        this.log = log;
        this.transactionalId = transactionalId;
    }

    @Override
    public void run() {
        Positions positions = new Positions();
        try (GroupReader reader = log.joinGroup(GROUP, List.of(FROM), positions);
                TransactionalWriter writer = log.transactionalWriter(transactionalId, TRANSACTION_TIMEOUT)) {
            positions.reader = reader;
            writer.initTransactions();
            while (true) {
                List<ConsumerRecord<byte[], byte[]>> records = reader.poll(WAIT);
                if (!records.isEmpty()) {
                    copy(records, reader, writer);
                }
            }
        }
    }

    private static void copy(
            List<ConsumerRecord<byte[], byte[]>> records, GroupReader reader, TransactionalWriter writer) {
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
        writer.begin();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            sent.add(writer.send(new ProducerRecord<>(TO, record.key(), record.value())));
            next.put(
                    new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        writer.flush();
        sent.forEach(CompletableFuture::join);
        writer.sendOffsets(next, reader.groupMetadata());
        commit(writer);
    }

    /** Only the record decides: asked again until it is known (R6). */
    private static void commit(TransactionalWriter writer) {
        boolean known = false;
        while (!known) {
            try {
                writer.commit();
                known = true;
            } catch (TimeoutException unknown) {
                known = false;
            }
        }
    }

    /** Each partition begins at its stable committed offset, at the beginning where there is none. */
    private static final class Positions implements GroupReader.RebalanceListener {

        private @Nullable GroupReader reader;

        @Override
        public void onAssigned(Collection<TopicPartition> partitions) {
            GroupReader mine = Objects.requireNonNull(reader);
            Set<TopicPartition> assigned = Set.copyOf(partitions);
            Map<TopicPartition, OffsetAndMetadata> committed = mine.committed(assigned, Duration.ofSeconds(30));
            for (TopicPartition partition : assigned) {
                OffsetAndMetadata offset = committed.get(partition);
                mine.seek(partition, offset == null ? 0 : offset.offset());
            }
        }

        /** Nothing is ever open between two polls. */
        @Override
        public void onRevoked(Collection<TopicPartition> partitions) {}

        @Override
        public void onLost(Collection<TopicPartition> partitions) {}
    }
}
