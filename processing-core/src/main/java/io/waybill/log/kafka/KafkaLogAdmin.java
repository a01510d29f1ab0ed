package io.waybill.log.kafka;

import io.waybill.log.LogAdmin;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.SupportedVersionRange;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.Topic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class KafkaLogAdmin implements LogAdmin {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLogAdmin.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final String TRANSACTION_FEATURE = "transaction.version";
    /** KIP-890, since Kafka 4.0. */
    private static final short EPOCH_FOR_EACH_TRANSACTION = 2;

    private final Admin admin;
    private final Duration timeout;
    private final GroupTerms groups;

    KafkaLogAdmin(Admin admin, KafkaLogOptions options) {
        this.admin = admin;
        this.timeout = options.deliveryTimeout();
        this.groups = new GroupTerms(admin, options);
    }

    @Override
    public Map<String, TopicDescription> describe(Collection<String> topics) {
        Map<String, TopicDescription> described = new HashMap<>();
        Map<String, KafkaFuture<org.apache.kafka.clients.admin.TopicDescription>> answers =
                admin.describeTopics(topics).topicNameValues();
        Map<ConfigResource, KafkaFuture<Config>> configs = admin.describeConfigs(
                        topics.stream().map(KafkaLogAdmin::resource).toList())
                .values();
        answers.forEach((name, answer) -> existing(answer, Objects.requireNonNull(configs.get(resource(name))))
                .ifPresent(topic -> described.put(name, topic)));
        return described;
    }

    private static Optional<TopicDescription> existing(
            KafkaFuture<org.apache.kafka.clients.admin.TopicDescription> answer, KafkaFuture<Config> config) {
        try {
            var topic = KafkaFailures.await(answer);
            Config configs = KafkaFailures.await(config);
            String maxBytes = configs.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value();
            return Optional.of(new TopicDescription(
                    topic.name(),
                    topic.topicId(),
                    topic.partitions().size(),
                    Integer.parseInt(maxBytes),
                    TopicDescription.DESCRIBED.stream()
                            .collect(Collectors.toMap(
                                    each -> each, each -> configs.get(each).value()))));
        } catch (UnknownTopicOrPartitionException none) {
            return Optional.empty();
        }
    }

    @Override
    public Set<String> names(String prefix) {
        return KafkaFailures.await(admin.listTopics().names()).stream()
                .filter(name -> name.startsWith(prefix))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void create(Collection<TopicSpec> topics) {
        List<NewTopic> wanted = topics.stream().map(KafkaLogAdmin::newTopic).toList();
        admin.createTopics(wanted).values().values().forEach(KafkaLogAdmin::awaitCreated);
        awaitLeaders(topics.stream().map(TopicSpec::name).toList());
    }

    private static NewTopic newTopic(TopicSpec spec) {
        return new NewTopic(spec.name(), Optional.of(spec.partitions()), Optional.empty()).configs(spec.configs());
    }

    private static void awaitCreated(KafkaFuture<Void> answer) {
        try {
            KafkaFailures.await(answer);
        } catch (TopicExistsException leftAsItIs) {
            return;
        }
    }

    /** Creation is answered before every broker knows of it. */
    private void awaitLeaders(Collection<String> topics) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!haveLeaders(topics)) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(
                        "expected topics %s to have leaders within %s, but some have none".formatted(topics, timeout));
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    private boolean haveLeaders(Collection<String> topics) {
        try {
            return KafkaFailures.await(admin.describeTopics(topics).allTopicNames()).values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.leader() != null);
        } catch (UnknownTopicOrPartitionException notYet) {
            return false;
        }
    }

    @Override
    public Set<String> transactionsHolding(String prefix, Duration age, Set<TopicPartition> partitions) {
        return openFor(age)
                .filter(id -> id.startsWith(prefix))
                .filter(id -> holds(id, partitions))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean holdsTransaction(String transactionalId, Duration age) {
        return openFor(age).anyMatch(transactionalId::equals);
    }

    private Stream<String> openFor(Duration age) {
        ListTransactionsOptions old = new ListTransactionsOptions()
                .filterStates(List.of(TransactionState.ONGOING))
                .filterOnDuration(age.toMillis());
        return KafkaFailures.await(admin.listTransactions(old).all()).stream().map(TransactionListing::transactionalId);
    }

    private boolean holds(String transactionalId, Set<TopicPartition> partitions) {
        try {
            var transaction = KafkaFailures.await(
                    admin.describeTransactions(List.of(transactionalId)).description(transactionalId));
            return transaction.state() == TransactionState.ONGOING
                    && transaction.topicPartitions().stream()
                            .anyMatch(partition -> partition.topic().equals(Topic.GROUP_METADATA_TOPIC_NAME)
                                    || partitions.contains(partition));
        } catch (TransactionalIdNotFoundException expired) {
            return false;
        }
    }

    @Override
    public void fence(Collection<String> transactionalIds) {
        KafkaFailures.await(admin.fenceProducers(transactionalIds).all());
    }

    @Override
    public void deleteRecords(Map<TopicPartition, Long> before) {
        Map<TopicPartition, RecordsToDelete> orders = before.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> RecordsToDelete.beforeOffset(entry.getValue())));
        var unused = admin.deleteRecords(orders).all().whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn("records that nobody needs any more stay for now: {}: {}", before, failure.toString());
            }
        });
    }

    @Override
    public TransactionProtocol transactionProtocol() {
        FeatureMetadata features = KafkaFailures.await(admin.describeFeatures().featureMetadata());
        FinalizedVersionRange agreed = features.finalizedFeatures().get(TRANSACTION_FEATURE);
        if (agreed != null && agreed.maxVersionLevel() >= EPOCH_FOR_EACH_TRANSACTION) {
            return TransactionProtocol.CURRENT;
        }
        SupportedVersionRange known = features.supportedFeatures().get(TRANSACTION_FEATURE);
        return known != null && known.maxVersion() >= EPOCH_FOR_EACH_TRANSACTION
                ? TransactionProtocol.NOT_RAISED
                : TransactionProtocol.TOO_OLD;
    }

    @Override
    public GroupTimes agreeOnTimes(String group) {
        return groups.agreedFor(group);
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }
}
