package io.waybill.testkit.log;

import io.waybill.log.GroupReader;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.TransactionalWriter;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * A simulated cluster and the port to it. One for all processes of a history: what a process opens is its own, and its
 * death cuts it off. The methods besides the port are for the driver of a history and for those who check it.
 */
public final class SimLog implements Log {

    private final Simulation simulation;
    private final Set<PlantedBug> bugs;
    private final boolean incremental;
    private final Topics topics = new Topics();
    private final Transactions transactions;
    private final Map<String, SimGroup> groups = new TreeMap<>();
    private long lastChangeNanos;

    public SimLog(Simulation simulation) {
        this(simulation, EnumSet.noneOf(PlantedBug.class));
    }

    public SimLog(Simulation simulation, Set<PlantedBug> bugs) {
        this(simulation, bugs, false);
    }

    /** @param incremental whether groups move partitions one by one, as in Kafka's newer protocol */
    public SimLog(Simulation simulation, Set<PlantedBug> bugs, boolean incremental) {
        this.simulation = simulation;
        this.bugs = bugs;
        this.incremental = incremental;
        this.transactions = new Transactions(simulation);
    }

    @Override
    public GroupReader joinGroup(String group, Collection<String> names, GroupReader.RebalanceListener listener) {
        simulation.checkAlive();
        return new SimGroupReader(this, group(group), group, new TreeSet<>(names), listener);
    }

    @Override
    public LogReader reader() {
        simulation.checkAlive();
        return new SimReader(this);
    }

    @Override
    public TransactionalWriter transactionalWriter(String transactionalId, Duration transactionTimeout) {
        simulation.checkAlive();
        return new SimTransactionalWriter(this, transactionalId, transactionTimeout);
    }

    @Override
    public LogWriter writer() {
        simulation.checkAlive();
        return new SimWriter(this);
    }

    @Override
    public LogAdmin admin() {
        return new SimAdmin(this);
    }

    public Uuid topicId(String topic) {
        return topics.get(topic).description().id();
    }

    /** All records of a topic that were ever committed, deleted ones too, partition by partition in offset order. */
    public List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        boolean abortedToo = has(PlantedBug.ABORTED_RECORDS_VISIBLE);
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        topics.find(topic).ifPresent(t -> t.partitions().forEach(p -> found.addAll(p.committed(abortedToo))));
        return found;
    }

    /** Those of {@link #committed} that nobody has deleted. */
    public List<ConsumerRecord<byte[], byte[]>> kept(String topic) {
        return committed(topic).stream()
                .filter(record -> record.offset()
                        >= topics.partition(new TopicPartition(topic, record.partition()))
                                .start())
                .toList();
    }

    /** What was committed with the group's offsets of a topic; of a partition without one nothing. */
    public List<String> groupMetadata(String group, String topic) {
        return topics.get(topic).partitions().stream()
                .map(partition -> group(group).committed(partition.name()))
                .filter(Objects::nonNull)
                .map(OffsetAndMetadata::metadata)
                .toList();
    }

    /** The next offset the group will read of each partition of a topic; partitions without one are absent. */
    public Map<TopicPartition, Long> groupOffsets(String group, String topic) {
        Map<TopicPartition, Long> offsets = new TreeMap<>(SimLog::compare);
        for (SimPartition partition : topics.get(topic).partitions()) {
            OffsetAndMetadata offset = group(group).committed(partition.name());
            if (offset != null) {
                offsets.put(partition.name(), offset.offset());
            }
        }
        return offsets;
    }

    /** The offset up to which readers of committed records see a partition. */
    public long lastStable(TopicPartition partition) {
        return topics.partition(partition).lastStable();
    }

    /** The offset of the next record of a partition. */
    public long end(TopicPartition partition) {
        return topics.partition(partition).highWatermark();
    }

    /**
     * The log cleaner passes: of each compacted partition of topics with this ending it cleans some part that is closed.
     * Deletions are kept for as long as the topic says.
     */
    public void compact(String ending, RandomGenerator random) {
        for (Topics.Topic topic : topics.compacted()) {
            if (topic.description().name().endsWith(ending)) {
                long tombstonesBefore =
                        simulation.now().minus(topic.deleteRetention()).toEpochMilli();
                topic.partitions()
                        .forEach(partition ->
                                partition.compact(random.nextLong(partition.highWatermark() + 1), tombstonesBefore));
            }
        }
    }

    /** Somebody gives a topic more partitions; the groups that read it share them out anew. */
    public void grow(String topic, int partitions) {
        topics.grow(topic, partitions);
        groups.values().forEach(SimGroup::startRebalance);
        simulation.changed();
    }

    /** An unclean leader election: the partition lacks everything from this offset on. Nothing may be open there. */
    public void lose(TopicPartition partition, long from) {
        topics.partition(partition).lose(from);
        simulation.changed();
    }

    /** As Kafka does with a group that was empty for a week. */
    public void expireOffsets(String group) {
        group(group).forgetOffsets();
    }

    /** What an operator does with Kafka's own tools: the position moves and nobody's metadata stays. */
    public void resetOffsets(String group, Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> moved = new TreeMap<>(SimLog::compare);
        offsets.forEach((partition, offset) -> moved.put(partition, new OffsetAndMetadata(offset)));
        group(group).commit(moved);
    }

    /** The ids of a group's members now. */
    public Set<String> members(String group) {
        Set<String> ids = new TreeSet<>();
        group(group).members().forEach(member -> ids.add(member.id()));
        return ids;
    }

    /** Transactions neither committed nor aborted. */
    public List<String> openTransactions() {
        List<String> open = new ArrayList<>();
        transactions.open().forEach(transaction -> open.add(transaction.toString()));
        return open;
    }

    /** Whether for this long nothing was written and nobody was dead, paused, slow or rebalancing. */
    public boolean isQuietFor(Duration time) {
        return simulation.nowNanos() - lastChangeNanos >= time.toNanos()
                && simulation.isCalmFor(time)
                && groups.values().stream().allMatch(SimGroup::isSettled);
    }

    /** Whether a topic holds a committed record. */
    public boolean isEmpty(String topic) {
        return topics.find(topic).stream().flatMap(t -> t.partitions().stream()).allMatch(SimPartition::isEmpty);
    }

    /** Makes every member of a group join again. */
    public void rebalance(String group) {
        group(group).startRebalance();
    }

    /** Removes records as retention would. */
    public void deleteBefore(TopicPartition partition, long offset) {
        topics.partition(partition).deleteBefore(offset);
    }

    private static int compare(TopicPartition a, TopicPartition b) {
        int topic = a.topic().compareTo(b.topic());
        return topic != 0 ? topic : Integer.compare(a.partition(), b.partition());
    }

    Simulation simulation() {
        return simulation;
    }

    Topics topics() {
        return topics;
    }

    Transactions transactions() {
        return transactions;
    }

    SimGroup group(String name) {
        return groups.computeIfAbsent(
                name,
                n -> incremental ? new SimIncrementalGroup(simulation, topics) : new SimGroup(simulation, topics));
    }

    boolean has(PlantedBug bug) {
        return bugs.contains(bug);
    }

    void changed() {
        lastChangeNanos = simulation.nowNanos();
    }
}
