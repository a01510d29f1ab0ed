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

    /** Names of all topics that begin with {@code prefix}. */
    Set<String> names(String prefix);

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

    /**
     * Deletes the records below these offsets some time after this returns. What cannot be deleted stays, with a line in
     * the process's own log: whoever deletes by position comes again.
     */
    void deleteRecords(Map<TopicPartition, Long> before);

    /** Which protocol the cluster's transactions follow. */
    TransactionProtocol transactionProtocol();

    /**
     * Gives a group the times this log was opened for, as far as the cluster lets it, and says which ones it has then.
     * Call it before the first member joins.
     */
    GroupTimes agreeOnTimes(String group);

    /** How far the cluster's transactions are. */
    enum TransactionProtocol {
        /** Each transaction has an epoch of its own: nothing that was delayed can end a later one. */
        CURRENT,
        /** The brokers know that protocol, and the cluster's feature is not raised to it. */
        NOT_RAISED,
        /** The brokers do not know it. */
        TOO_OLD
    }

    /**
     * What members of a group live by.
     *
     * @param wanted the session that this log was opened for
     * @param session after so much silence a member is taken for dead
     * @param heartbeat how often a member hears what the group decided
     */
    record GroupTimes(Duration wanted, Duration session, Duration heartbeat) {}

    /**
     * @param maxMessageBytes the largest batch the topic takes
     * @param configs what is known of {@link #DESCRIBED}, by Kafka's own names
     */
    record TopicDescription(String name, Uuid id, int partitions, int maxMessageBytes, Map<String, String> configs) {

        /** Those that decide what the topic loses, and when. */
        public static final Set<String> DESCRIBED = Set.of("cleanup.policy", "retention.ms", "delete.retention.ms");

        private static final String KAFKAS_TOMBSTONES = "86400000";

        public TopicDescription {
            configs = Map.copyOf(configs);
        }

        /** Of a topic whose configuration does not matter. */
        public TopicDescription(String name, Uuid id, int partitions, int maxMessageBytes) {
            this(name, id, partitions, maxMessageBytes, Map.of());
        }

        /** How long a compacted topic keeps the mark of a deletion. */
        public Duration tombstones() {
            return Duration.ofMillis(Long.parseLong(configs.getOrDefault("delete.retention.ms", KAFKAS_TOMBSTONES)));
        }
    }

    /** @param configs topic configurations by Kafka's own names */
    record TopicSpec(String name, int partitions, Map<String, String> configs) {

        public TopicSpec {
            configs = Map.copyOf(configs);
        }
    }
}
