package io.waybill.testkit.flaw;

import io.waybill.log.LogAdmin;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Flaws of what is asked of the cluster. */
record FlawedAdmin(FlawedLog log, LogAdmin admin) implements LogAdmin {

    private static final int ENVELOPE = 10_000;

    @Override
    public Map<String, TopicDescription> describe(Collection<String> topics) {
        Map<String, TopicDescription> found = new HashMap<>(admin.describe(topics));
        if (log.has(Flaw.ENVELOPE_NOT_COUNTED)) {
            found.replaceAll((name, topic) -> topic.maxMessageBytes() < 10_000
                    ? new TopicDescription(
                            name, topic.id(), topic.partitions(), topic.maxMessageBytes() + ENVELOPE, topic.configs())
                    : topic);
        }
        if (log.has(Flaw.PARTITION_COUNT_NOT_COMPARED)) {
            found.replaceAll((name, topic) -> new TopicDescription(
                    name,
                    topic.id(),
                    log.firstCount(name, topic.partitions()),
                    topic.maxMessageBytes(),
                    topic.configs()));
        }
        return found;
    }

    @Override
    public Set<String> names(String prefix) {
        return admin.names(prefix);
    }

    @Override
    public void create(Collection<TopicSpec> topics) {
        admin.create(topics);
    }

    @Override
    public Set<String> transactionsHolding(String prefix, Duration age, Set<TopicPartition> partitions) {
        Duration patience = log.has(Flaw.FORCE_WITHOUT_PATIENCE) ? Duration.ZERO : age;
        return admin.transactionsHolding(prefix, patience, partitions);
    }

    @Override
    public TransactionProtocol transactionProtocol() {
        return admin.transactionProtocol();
    }

    @Override
    public GroupTimes agreeOnTimes(String group) {
        return admin.agreeOnTimes(group);
    }

    @Override
    public void deleteRecords(Map<TopicPartition, Long> before) {
        Map<TopicPartition, Long> deleted = new HashMap<>(before);
        if (log.has(Flaw.UNREAD_RECORD_DELETED)) {
            deleted.replaceAll((partition, offset) -> offset + 1);
        }
        admin.deleteRecords(deleted);
    }

    @Override
    public boolean holdsTransaction(String transactionalId, Duration age) {
        Duration patience = log.has(Flaw.FORCE_WITHOUT_PATIENCE) ? Duration.ZERO : age;
        return admin.holdsTransaction(transactionalId, patience);
    }

    @Override
    public void fence(Collection<String> transactionalIds) {
        if (!log.has(Flaw.PATIENCE_WITHOUT_FORCE)) {
            log.watch().fences(transactionalIds);
            admin.fence(transactionalIds);
        }
    }
}
