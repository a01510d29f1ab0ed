package io.waybill.log;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** What the engine asks of the cluster. Safe for any thread. Throws Kafka's own exceptions. */
public interface LogAdmin {

    /** Those of {@code topics} that exist. */
    Map<String, TopicDescription> describe(Collection<String> topics);

    /** Creates those that are missing; one that exists is left as it is. Returns when all can be described. */
    void create(Collection<TopicSpec> topics);

    /**
     * Transactional ids that begin with {@code prefix} and have held a transaction open for longer than {@code age}
     * that touches one of {@code partitions} or holds committed offsets pending (R11).
     */
    Set<String> transactionsHolding(String prefix, Duration age, Set<TopicPartition> partitions);

    /** Whether this writer has held a transaction open for longer than {@code age}, by the cluster's clock. */
    boolean holdsTransaction(String transactionalId, Duration age);

    /** Fences the writers of these transactional ids: their open transactions abort. */
    void fence(Collection<String> transactionalIds);

    /** The ids of a consumer group's members now, those in a rebalance included; none where there is no such group. */
    Set<String> members(String group);

    /**
     * Deletes the records below these offsets some time after this returns. What cannot be deleted stays, with a line in
     * the process's own log: whoever deletes by position comes again.
     */
    void deleteRecords(Map<TopicPartition, Long> before);

    /** @param maxMessageBytes the largest batch the topic takes */
    record TopicDescription(String name, Uuid id, int partitions, int maxMessageBytes) {}

    /** @param configs topic configurations by Kafka's own names */
    record TopicSpec(String name, int partitions, Map<String, String> configs) {

        public TopicSpec {
            configs = Map.copyOf(configs);
        }
    }
}
