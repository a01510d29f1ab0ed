package io.waybill.testkit.flaw;

import io.waybill.log.TransactionalWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** Flaws of the commit. */
final class FlawedWriter implements TransactionalWriter {

    private final FlawedLog log;
    private final String id;
    private final TransactionalWriter writer;
    private final FlawedReports reports;
    private final FlawedRoom room;
    private final FlawedClaims claims;
    private final Map<TopicPartition, Long> lastSent = new HashMap<>();

    FlawedWriter(FlawedLog log, String id, TransactionalWriter writer) {
        this.id = id;
        this.log = log;
        this.writer = writer;
        this.reports = new FlawedReports(log);
        this.room = new FlawedRoom(log);
        this.claims = new FlawedClaims(log);
    }

    @Override
    public void initTransactions() {
        writer.initTransactions();
    }

    @Override
    public void begin() {
        FlawedGroupReader member = log.member();
        if (member != null) {
            log.watch().begins(id, member.kept());
        }
        writer.begin();
        log.transactionOpen(true);
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        log.notices(record);
        ProducerRecord<byte[], byte[]> kept = room.sent(reports.sent(record));
        ProducerRecord<byte[], byte[]> sent = kept == null ? null : claims.sent(kept);
        return sent == null ? CompletableFuture.completedFuture(null) : writer.send(sent);
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    @SuppressWarnings("removal")
    public void sendOffsets(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        boolean timersOnly = offsets.entrySet().stream()
                .allMatch(e -> Long.valueOf(e.getValue().offset()).equals(lastSent.get(e.getKey())));
        if (timersOnly && log.has(Flaw.TIMER_CHECKPOINTS_WITHOUT_METADATA)) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> sent = new HashMap<>(offsets);
        if (log.has(Flaw.IDLE_PARTITIONS_LEFT_OUT)) {
            sent.entrySet().removeIf(e -> Long.valueOf(e.getValue().offset()).equals(lastSent.get(e.getKey())));
        }
        FlawedGroupReader member = log.member();
        if (member != null) {
            member.keep(offsets.keySet());
        }
        log.watch().writes(offsets.keySet());
        offsets.forEach((partition, offset) -> lastSent.put(partition, offset.offset()));
        ConsumerGroupMetadata named = group;
        if (log.has(Flaw.GROUP_ID_ONLY)) {
            named = new ConsumerGroupMetadata(group.groupId());
        } else if (log.has(Flaw.CURRENT_METADATA_AFTER_LOSS) && member != null) {
            named = member.groupMetadata();
        }
        writer.sendOffsets(sent, named);
    }

    @Override
    public void commit() {
        log.watch().commits(id, log.preparing());
        try {
            writer.commit();
        } catch (ProducerFencedException | InvalidProducerEpochException | InvalidTxnStateException fenced) {
            if (!log.has(Flaw.FENCED_COMMIT_TAKEN_FOR_DONE)) {
                throw fenced;
            }
        }
        log.transactionOpen(false);
    }

    @Override
    public void abort() {
        log.transactionOpen(false);
        writer.abort();
    }

    @Override
    public void close() {
        writer.close();
    }
}
