package io.waybill.testkit.log;

import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogAdmin.TopicSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of the simulated cluster. A topic's id follows from its name. */
final class Topics {

    private static final String MAX_BYTES = "max.message.bytes";
    private static final int DEFAULT_MAX_BYTES = 1_048_588;

    private static final Map<String, String> KAFKAS_DEFAULTS =
            Map.of("cleanup.policy", "delete", "retention.ms", "604800000", "delete.retention.ms", "86400000");

    private final Map<String, Topic> topics = new TreeMap<>();

    record Topic(TopicDescription description, List<SimPartition> partitions) {

        /** It takes no record without a key. */
        boolean isCompacted() {
            return "compact".equals(description.configs().get("cleanup.policy"));
        }

        Duration deleteRetention() {
            return Duration.ofMillis(Long.parseLong(description.configs().getOrDefault("delete.retention.ms", "0")));
        }
    }

    void create(TopicSpec spec) {
        if (spec.partitions() < 1) {
            throw new InvalidTopicException("expected at least one partition of " + spec.name());
        }
        topics.computeIfAbsent(spec.name(), name -> {
            List<SimPartition> partitions = new ArrayList<>();
            for (int i = 0; i < spec.partitions(); i++) {
                partitions.add(new SimPartition(new TopicPartition(name, i)));
            }
            String max = spec.configs().get(MAX_BYTES);
            return new Topic(
                    new TopicDescription(
                            name,
                            idOf(name),
                            spec.partitions(),
                            max == null ? DEFAULT_MAX_BYTES : Integer.parseInt(max),
                            described(spec.configs())),
                    partitions);
        });
    }

    void grow(String name, int partitions) {
        Topic topic = get(name);
        TopicDescription old = topic.description();
        List<SimPartition> all = new ArrayList<>(topic.partitions());
        for (int i = old.partitions(); i < partitions; i++) {
            all.add(new SimPartition(new TopicPartition(name, i)));
        }
        TopicDescription grown = new TopicDescription(name, old.id(), partitions, old.maxMessageBytes(), old.configs());
        topics.put(name, new Topic(grown, all));
    }

    List<Topic> compacted() {
        return topics.values().stream().filter(Topic::isCompacted).toList();
    }

    private static Map<String, String> described(Map<String, String> configs) {
        Map<String, String> described = new TreeMap<>(KAFKAS_DEFAULTS);
        described.putAll(configs);
        described.keySet().retainAll(TopicDescription.DESCRIBED);
        return described;
    }

    private static Uuid idOf(String topic) {
        UUID id = UUID.nameUUIDFromBytes(topic.getBytes(StandardCharsets.UTF_8));
        return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    Optional<Topic> find(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    Set<String> names(String prefix) {
        return topics.keySet().stream().filter(name -> name.startsWith(prefix)).collect(Collectors.toUnmodifiableSet());
    }

    Topic get(String name) {
        return find(name).orElseThrow(() -> new UnknownTopicOrPartitionException("no topic " + name));
    }

    SimPartition partition(TopicPartition name) {
        List<SimPartition> partitions = get(name.topic()).partitions();
        if (name.partition() < 0 || name.partition() >= partitions.size()) {
            throw new UnknownTopicOrPartitionException("no partition " + name);
        }
        return partitions.get(name.partition());
    }

    /** Where Kafka's default partitioner sends it; without a key to {@code otherwise}. */
    SimPartition target(ProducerRecord<byte[], byte[]> record, int otherwise) {
        int partitions = get(record.topic()).partitions().size();
        Integer chosen = record.partition();
        byte[] key = record.key();
        int partition = chosen != null
                ? chosen
                : key != null
                        ? BuiltInPartitioner.partitionForKey(key, partitions)
                        : Math.floorMod(otherwise, partitions);
        return partition(new TopicPartition(record.topic(), partition));
    }
}
