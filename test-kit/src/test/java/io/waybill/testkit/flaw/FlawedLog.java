package io.waybill.testkit.flaw;

import io.waybill.engine.DuplicateFilter;
import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.log.GroupReader;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.TransactionalWriter;
import io.waybill.testkit.log.SimLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The log as one processing thread sees it in all its lives, with the thread's flaws. */
public final class FlawedLog implements Log {

    private static final int PARTITIONS = 3;

    private final SimLog log;
    private final Topics topics;
    private final Set<Flaw> flaws;
    private final Watch watch;
    private final Map<TopicPartition, Long> furthestReplays = new HashMap<>();
    private final Map<TopicPartition, Long> trustedOffsets = new HashMap<>();
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Map<String, Integer> firstCounts = new HashMap<>();
    private final Set<String> overflowed = new HashSet<>();
    private @Nullable FlawedGroupReader member;
    private final Map<TopicPartition, OffsetAndMetadata> rememberedOffsets = new HashMap<>();
    private final Map<TopicPartition, Long> rememberedEnds = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> nextOffsets = new HashMap<>();
    private final Map<TopicPartition, Long> nextEnds = new HashMap<>();
    private boolean transactionOpen;
    private Duration preparing = Duration.ZERO;
    private Duration uncounted = Duration.ZERO;
    private int lives;

    public FlawedLog(SimLog log, Topics topics, Set<Flaw> flaws, Watch watch) {
        this.log = log;
        this.topics = topics;
        this.flaws = flaws;
        this.watch = watch;
    }

    /** Whether this thread has that flaw. */
    public boolean has(Flaw flaw) {
        return flaws.contains(flaw);
    }

    /** Of dead letters that were one too many behind another, where they are forgotten. */
    void notices(ProducerRecord<byte[], byte[]> record) {
        if (has(Flaw.OVERFLOW_FORGOTTEN) && record.topic().equals(topics.deadLetters())) {
            DeadLetterEvent event = LogFormats.decode(DeadLetterEvent.parser(), record.value(), record.topic());
            if (event.getCaptured().getErrorCode().equals("BEHIND_DEAD_LETTER")) {
                overflowed.add(event.getDeadLetterId());
            }
        }
    }

    Set<String> overflowed() {
        return overflowed;
    }

    SimLog simulated() {
        return log;
    }

    Watch watch() {
        return watch;
    }

    /** Offsets as the group had them, where any is trusted. */
    Map<TopicPartition, Long> trustedOffsets() {
        return trustedOffsets;
    }

    Map<TopicPartition, Long> furthestReplays() {
        return furthestReplays;
    }

    /** The member of this life; null before it joined. */
    @Nullable
    FlawedGroupReader member() {
        return member;
    }

    void member(FlawedGroupReader joined) {
        member = joined;
    }

    boolean isTransactionOpen() {
        return transactionOpen;
    }

    void transactionOpen(boolean isOpen) {
        transactionOpen = isOpen;
        preparing = Duration.ZERO;
    }

    /** The same order as if it were the next of its dead letter. */
    byte[] asNextAttempt(byte[] value) {
        ReplayCommand order = LogFormats.decode(ReplayCommand.parser(), value, "order");
        if (order.getDeadLetterId().isEmpty()) {
            return value;
        }
        int attempt = attempts.merge(order.getDeadLetterId(), 1, Integer::sum);
        return LogFormats.encode(order.toBuilder().setAttempt(attempt).build());
    }

    /** The same order with the payload of the newest one about its dead letter. */
    byte[] withNewestEdit(String topic, byte[] value) {
        ReplayCommand order = LogFormats.decode(ReplayCommand.parser(), value, "order");
        ReplayCommand newest = order;
        for (ConsumerRecord<byte[], byte[]> record : log.committed(topic)) {
            ReplayCommand other = LogFormats.decode(ReplayCommand.parser(), record.value(), "order");
            newest = other.getDeadLetterId().equals(order.getDeadLetterId()) ? other : newest;
        }
        return LogFormats.encode(
                order.toBuilder().setPayload(newest.getPayload()).build());
    }

    /** As many partitions as a topic had when it was first looked at. */
    int firstCount(String topic, int partitions) {
        return firstCounts.computeIfAbsent(topic, t -> partitions);
    }

    public DuplicateFilter.Factory duplicates(DuplicateFilter.Factory factory) {
        boolean longDown = lives++ > 0;
        return (choice, store, idsTopic) -> new FlawedDuplicates(
                this, factory.open(choice, store, idsTopic), longDown, FlawedStores.claimedOfIds(store));
    }

    /** What is listed now is judged by the record as it was when this was called last. */
    void rememberRecord() {
        FlawedGroupReader reader = member;
        if (reader != null) {
            rememberedOffsets.putAll(nextOffsets);
            rememberedEnds.putAll(nextEnds);
            nextOffsets.clear();
            reader.remember(nextOffsets);
            for (int i = 0; i < PARTITIONS; i++) {
                TopicPartition handles = new TopicPartition(topics.checkpoints(), i);
                nextEnds.put(handles, log.lastStable(handles));
            }
        }
    }

    void forgetRecord() {
        rememberedOffsets.clear();
        rememberedEnds.clear();
    }

    Map<TopicPartition, OffsetAndMetadata> rememberedOffsets() {
        return rememberedOffsets;
    }

    Map<TopicPartition, Long> rememberedEnds() {
        return rememberedEnds;
    }

    /** A sink was asked to prepare and took this long. */
    void prepared(Duration time) {
        preparing = preparing.plus(time);
        if (has(Flaw.PREPARE_BUDGET_NOT_KEPT)) {
            uncounted = uncounted.plus(time);
        }
    }

    /** How long the sinks of the open checkpoint took. */
    Duration preparing() {
        return preparing;
    }

    public InstantSource clock(InstantSource clock) {
        return () -> clock.instant().minus(uncounted);
    }

    boolean isReplays(String topic) {
        return topic.startsWith(topics.prefix()) && topic.endsWith(".replays");
    }

    boolean isClaims(String topic) {
        return topic.startsWith(topics.prefix()) && topic.endsWith(".claims");
    }

    boolean isOrders(String topic) {
        return topic.equals(topics.pipelines());
    }

    boolean isChangelog(String topic) {
        return topic.startsWith(topics.prefix()) && topic.endsWith(".changelog");
    }

    static String idsBeside(String changelog) {
        return changelog.substring(0, changelog.length() - "changelog".length()) + "ids";
    }

    boolean isOwners(String topic) {
        return topic.startsWith(topics.prefix()) && topic.endsWith(".owners");
    }

    @Override
    public GroupReader joinGroup(String group, Collection<String> names, GroupReader.RebalanceListener listener) {
        watch.joined(this);
        return new FlawedGroupReader(this, group, names, listener);
    }

    @Override
    public LogReader reader() {
        return new FlawedReader(this, log.reader());
    }

    @Override
    public TransactionalWriter transactionalWriter(String transactionalId, Duration transactionTimeout) {
        transactionOpen = false;
        watch.owns(transactionalId);
        return new FlawedWriter(this, transactionalId, log.transactionalWriter(transactionalId, transactionTimeout));
    }

    @Override
    public LogWriter writer() {
        return new FlawedNotes(this, log.writer());
    }

    @Override
    public LogAdmin admin() {
        return new FlawedAdmin(this, log.admin());
    }
}
