package io.waybill.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.log.GroupReader;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin.GroupTimes;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogAdmin.TransactionProtocol;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.TransactionalWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every log must do, as far as the protocol relies on it. A subclass names one adapter. */
public abstract class LogContract {

    private static final Duration STEP = Duration.ofMillis(200);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_POLLS = 150;
    private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
    private static final byte[] TAKEN = "taken".getBytes(StandardCharsets.UTF_8);

    private String name = "";

    @BeforeEach
    void nameWhatBelongsToThisTest() {
        name = "contract-" + UUID.randomUUID();
    }

    /** The log under test; each test uses topics, groups and ids of its own. */
    protected abstract Log log();

    @Test
    public void readsWhatWasWrittenInTheOrderOfThePartition() {
        createTopic(1);
        try (LogWriter writer = log().writer();
                LogReader reader = readerFromStart()) {
            send(writer, "a", "b", "c");
            assertThat(read(reader, 3)).containsExactly("a", "b", "c");
            assertThat(reader.position(partition())).isEqualTo(3);
            assertThat(reader.beginningOffsets(Set.of(partition()))).containsEntry(partition(), 0L);
            assertThat(reader.highWatermarks(Set.of(partition()))).containsEntry(partition(), 3L);
        }
    }

    @Test
    public void followsTheNewestTransactionProtocolAndGivesGroupsWhatTheyAskFor() {
        assertThat(log().admin().transactionProtocol()).isEqualTo(TransactionProtocol.CURRENT);
        GroupTimes times = log().admin().agreeOnTimes(name);
        assertThat(times.session()).isEqualTo(times.wanted());
        assertThat(times.heartbeat()).isLessThanOrEqualTo(Duration.ofMillis(500));
    }

    @Test
    public void deletesTheRecordsBelowAnOffset() {
        createTopic(1);
        try (LogWriter writer = log().writer();
                LogReader reader = readerFromStart()) {
            send(writer, "a", "b", "c");

            log().admin().deleteRecords(Map.of(partition(), 2L));

            // At the end, where a poll that comes after the deletion still has a place in the log.
            reader.seek(partition(), 3);

            for (int polls = 0; polls < MOST_POLLS && beginning(reader) < 2; polls++) {
                reader.poll(STEP);
            }
            assertThat(beginning(reader)).isEqualTo(2);
            reader.seek(partition(), 2);
            assertThat(read(reader, 1)).containsExactly("c");
        }
    }

    private long beginning(LogReader reader) {
        return reader.beginningOffsets(Set.of(partition())).getOrDefault(partition(), -1L);
    }

    @Test
    public void namesTheTopicsThatBeginAlike() {
        createTopic(1);
        log().admin().create(List.of(new TopicSpec(name + ".more", 1, Map.of())));

        assertThat(log().admin().names(name)).containsExactlyInAnyOrder(name, name + ".more");
        assertThat(log().admin().names(name + ".")).containsExactly(name + ".more");
        assertThat(log().admin().names("no-" + name)).isEmpty();
    }

    @Test
    public void describesWhatATopicLosesAndWhen() {
        createTopic(1);
        Map<String, String> kept = Map.of("cleanup.policy", "compact", "delete.retention.ms", "60000");
        log().admin().create(List.of(new TopicSpec(name + ".kept", 1, kept)));

        Map<String, TopicDescription> found = log().admin().describe(List.of(name, name + ".kept"));
        assertThat(Objects.requireNonNull(found.get(name + ".kept")).configs()).containsAllEntriesOf(kept);
        assertThat(Objects.requireNonNull(found.get(name + ".kept")).tombstones())
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(Objects.requireNonNull(found.get(name)).configs())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("delete.retention.ms", "86400000");
    }

    @Test
    public void tellsWhereAnAcknowledgedRecordStands() {
        createTopic(1);
        try (LogWriter writer = log().writer()) {
            send(writer, "a");
            var second = writer.send(record("b"));
            writer.flush();
            assertThat(second.join().offset()).isEqualTo(1);
            assertThat(second.join().partition()).isZero();
        }
    }

    @Test
    public void failsARecordThatIsTooLargeAlone() {
        log().admin().create(List.of(new TopicSpec(name, 1, Map.of("max.message.bytes", "1000"))));
        try (LogWriter writer = log().writer();
                LogReader reader = readerFromStart()) {
            var large = writer.send(new ProducerRecord<>(name, 0, null, new byte[2_000]));
            send(writer, "small");
            assertThat(large).isCompletedExceptionally();
            assertThatThrownBy(large::join).hasCauseInstanceOf(RecordTooLargeException.class);
            assertThat(read(reader, 1)).containsExactly("small");
        }
    }

    @Test
    public void goesOnWithATransactionAfterARecordThatIsTooLarge() {
        log().admin().create(List.of(new TopicSpec(name, 1, Map.of("max.message.bytes", "1000"))));
        try (TransactionalWriter writer = transactionalWriter("t");
                LogReader reader = readerFromStart()) {
            writer.begin();
            var large = writer.send(new ProducerRecord<>(name, 0, null, new byte[2_000]));
            send(writer, "small");
            assertThatThrownBy(large::join).hasCauseInstanceOf(RecordTooLargeException.class);
            writer.commit();
            assertThat(read(reader, 1)).containsExactly("small");
        }
    }

    @Test
    public void failsARecordWithoutAKeyOfACompactedTopicForItself() {
        log().admin().create(List.of(new TopicSpec(name, 1, Map.of("cleanup.policy", "compact"))));
        try (LogWriter writer = log().writer();
                LogReader reader = readerFromStart()) {
            var refused = writer.send(new ProducerRecord<>(name, 0, null, new byte[1]));
            assertThatThrownBy(refused::join).hasCauseInstanceOf(InvalidRecordException.class);
            writer.send(new ProducerRecord<>(name, 0, KEY, TAKEN)).join();
            assertThat(read(reader, 1)).containsExactly("taken");
        }
    }

    @Test
    public void tellsAListenerOfEachFailureBeforeTheFlushReturns() {
        log().admin().create(List.of(new TopicSpec(name, 1, Map.of("cleanup.policy", "compact"))));
        try (TransactionalWriter writer = transactionalWriter("t")) {
            writer.begin();
            Map<Integer, Throwable> failures = new ConcurrentHashMap<>();
            for (int i = 0; i < 50; i++) {
                int number = i;
                byte[] key = i == 20 ? null : KEY;
                writer.send(
                        new ProducerRecord<>(name, 0, key, new byte[10_000]),
                        (record, failure) -> failures.put(number, failure));
            }
            writer.flush();
            assertThat(failures.entrySet().stream()
                            .filter(failed -> LogWriter.isRefusal(failed.getValue()))
                            .map(Map.Entry::getKey)
                            .toList())
                    .containsExactly(20);
            writer.abort();
        }
    }

    @Test
    public void abortsATransactionWithARecordThatIsRefusedAndBlamesNoOther() {
        log().admin().create(List.of(new TopicSpec(name, 1, Map.of("cleanup.policy", "compact"))));
        try (TransactionalWriter writer = transactionalWriter("t");
                LogReader reader = readerFromStart()) {
            writer.begin();
            List<CompletableFuture<RecordMetadata>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                byte[] key = i == 20 ? null : KEY;
                answers.add(writer.send(new ProducerRecord<>(name, 0, key, new byte[10_000])));
            }
            writer.flush();
            assertThat(answers.stream()
                            .filter(answer ->
                                    answer.isCompletedExceptionally() && LogWriter.isRefusal(answer.exceptionNow()))
                            .toList())
                    .containsExactly(answers.get(20));
            assertThatThrownBy(writer::commit).isInstanceOf(KafkaException.class);
            writer.abort();
            writer.begin();
            var unused = writer.send(new ProducerRecord<>(name, 0, KEY, TAKEN));
            writer.commit();
            assertThat(read(reader, 1)).containsExactly("taken");
        }
    }

    @Test
    public void refusesAssignmentToAMemberOfAGroup() {
        createTopic(1);
        try (GroupReader member = member(new Seeking(0))) {
            assertThatThrownBy(() -> member.assign(Set.of(partition())))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    public void showsATransactionOnlyOnceItIsCommitted() {
        createTopic(1);
        try (TransactionalWriter writer = transactionalWriter("t");
                LogReader reader = readerFromStart()) {
            writer.begin();
            send(writer, "a");
            assertThat(reader.poll(STEP)).isEmpty();
            assertThat(reader.highWatermarks(Set.of(partition()))).containsEntry(partition(), 1L);
            writer.commit();
            assertThat(read(reader, 1)).containsExactly("a");
        }
    }

    @Test
    public void neverShowsAnAbortedTransactionAndMovesPastIt() {
        createTopic(1);
        try (TransactionalWriter writer = transactionalWriter("t");
                LogReader reader = readerFromStart()) {
            writer.begin();
            send(writer, "aborted");
            writer.abort();
            writer.begin();
            send(writer, "committed");
            writer.commit();
            assertThat(read(reader, 1)).containsExactly("committed");
            eventually(() -> {
                assertThat(reader.poll(STEP)).isEmpty();
                return reader.position(partition()) == 4;
            });
        }
    }

    @Test
    public void fencesTheEarlierWriterOfATransactionalId() {
        createTopic(1);
        try (TransactionalWriter old = transactionalWriter("t");
                LogReader reader = readerFromStart()) {
            old.begin();
            send(old, "old");
            try (TransactionalWriter young = transactionalWriter("t")) {
                assertThatThrownBy(old::commit)
                        .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
                young.begin();
                send(young, "young");
                young.commit();
                assertThat(read(reader, 1)).containsExactly("young");
            }
        }
    }

    @Test
    public void abortsTheTransactionOfAFencedId() {
        createTopic(1);
        try (TransactionalWriter writer = transactionalWriter("t");
                LogReader reader = readerFromStart()) {
            writer.begin();
            send(writer, "a");
            assertThat(log().admin().transactionsHolding(name, Duration.ofMinutes(5), Set.of(partition())))
                    .isEmpty();
            eventually(() -> {
                assertThat(reader.poll(STEP)).isEmpty();
                return log().admin()
                        .transactionsHolding(name, Duration.ZERO, Set.of(partition()))
                        .equals(Set.of(name + "-t"));
            });
            assertThat(log().admin().holdsTransaction(name + "-t", Duration.ZERO))
                    .isTrue();
            assertThat(log().admin().holdsTransaction(name + "-t", Duration.ofMinutes(5)))
                    .isFalse();
            assertThat(log().admin().holdsTransaction(name, Duration.ZERO)).isFalse();
            log().admin().fence(Set.of(name + "-t"));
            assertThat(log().admin().holdsTransaction(name + "-t", Duration.ZERO))
                    .isFalse();
            assertThatThrownBy(writer::commit).isInstanceOf(KafkaException.class);
            eventually(() -> {
                assertThat(reader.poll(STEP)).isEmpty();
                return reader.position(partition()) == 2;
            });
        }
    }

    @Test
    public void commitsOffsetsWithTheTransactionOnly() {
        createTopic(1);
        try (TransactionalWriter writer = transactionalWriter("t")) {
            try (GroupReader member = member(new Seeking(0))) {
                awaitGeneration(member);
                assertThat(member.committed(Set.of(partition()), STEP.multipliedBy(25)))
                        .isEmpty();
                writer.begin();
                writer.sendOffsets(offset(7), member.groupMetadata());
                assertThatThrownBy(() -> member.committed(Set.of(partition()), STEP))
                        .isInstanceOf(TimeoutException.class);
                writer.commit();
                OffsetAndMetadata committed =
                        Objects.requireNonNull(stable(member).get(partition()));
                assertThat(committed.offset()).isEqualTo(7);
                assertThat(committed.metadata()).isEqualTo("checkpoint");
                writer.begin();
                writer.sendOffsets(offset(9), member.groupMetadata());
                writer.abort();
                assertThat(stable(member).get(partition())).isEqualTo(committed);
            }
        }
    }

    /**
     * Asked again and again, as the engine does: while an offset is pending, one long question to Kafka's newer consumer may
     * spin until its time is over (KAFKA-20765).
     */
    private Map<TopicPartition, OffsetAndMetadata> stable(GroupReader member) {
        for (int tries = 1; ; tries++) {
            try {
                return member.committed(Set.of(partition()), STEP);
            } catch (TimeoutException pending) {
                assertThat(tries).as("the offset stays pending").isLessThan(50);
            }
        }
    }

    @Test
    public void refusesTheOffsetsOfAnEarlierGeneration() {
        createTopic(2);
        try (TransactionalWriter writer = transactionalWriter("t");
                GroupReader first = member(new Seeking(0))) {
            awaitGeneration(first);
            ConsumerGroupMetadata stale = first.groupMetadata();
            Seeking seconds = new Seeking(0);
            try (GroupReader second = member(seconds)) {
                eventually(() -> {
                    assertThat(first.poll(STEP)).isEmpty();
                    assertThat(second.poll(STEP)).isEmpty();
                    return seconds.owned.size() == 1
                            && first.groupMetadata().generationId() > stale.generationId()
                            && second.groupMetadata().generationId()
                                    == first.groupMetadata().generationId();
                });
                // Of a partition that moved: what stays may be judged by the epoch of its own assignment.
                TopicPartition moved = seconds.owned.iterator().next();
                writer.begin();
                assertThatThrownBy(
                                () -> writer.sendOffsets(Map.of(moved, new OffsetAndMetadata(1, "checkpoint")), stale))
                        .isInstanceOf(CommitFailedException.class);
                writer.abort();
            }
        }
    }

    @Test
    public void tellsWhetherWhatComesBackWasSomebodyElsesInBetween() {
        createTopic(2);
        Seeking firsts = new Seeking(0);
        Seeking seconds = new Seeking(0);
        try (GroupReader first = member(firsts)) {
            awaitGeneration(first);
            ConsumerGroupMetadata alone = first.groupMetadata();
            try (GroupReader second = member(seconds)) {
                eventually(() -> first.poll(STEP).isEmpty()
                        && second.poll(STEP).isEmpty()
                        && firsts.owned.size() == 1
                        && seconds.owned.size() == 1);
                if (first.isEager()) {
                    assertThat(firsts.follows).isTrue();
                }
                assertThat(second.follows(alone)).isFalse();
            }
            eventually(() -> first.poll(STEP).isEmpty() && firsts.owned.size() == 2);
            assertThat(first.follows(alone)).isFalse();
            assertThat(first.follows(first.groupMetadata())).isFalse();
        }
    }

    /** Why {@code new ConsumerGroupMetadata(id)} is never used: nothing is fenced by it. */
    @Test
    @SuppressWarnings("removal")
    public void takesTheOffsetsOfWhoeverNamesTheGroupAlone() {
        createTopic(1);
        try (TransactionalWriter writer = transactionalWriter("t");
                GroupReader member = member(new Seeking(0))) {
            awaitGeneration(member);
            writer.begin();
            writer.sendOffsets(offset(3), new ConsumerGroupMetadata(name));
            writer.commit();
            assertThat(member.committed(Set.of(partition()), STEP.multipliedBy(50)))
                    .isEqualTo(offset(3));
        }
    }

    /** Why the metadata is captured when a checkpoint opens (R1): that of now would name what is lost. */
    @Test
    public void takesTheOffsetsOfPartitionsThatAMemberOfThisGenerationDoesNotOwn() {
        createTopic(2);
        Seeking firsts = new Seeking(0);
        Seeking seconds = new Seeking(0);
        try (TransactionalWriter writer = transactionalWriter("t");
                GroupReader first = member(firsts);
                GroupReader second = member(seconds)) {
            eventually(() -> first.poll(STEP).isEmpty()
                    && second.poll(STEP).isEmpty()
                    && firsts.owned.size() == 1
                    && seconds.owned.size() == 1);
            GroupReader stranger = firsts.owned.contains(partition()) ? second : first;
            writer.begin();
            writer.sendOffsets(offset(5), stranger.groupMetadata());
            writer.commit();
            assertThat(stranger.committed(Set.of(partition()), STEP.multipliedBy(50)))
                    .isEqualTo(offset(5));
        }
    }

    /** Why every task of a checkpoint is in its offsets (R1): nobody else notices that one is missing. */
    @Test
    public void commitsOutputsOfAPartitionThatIsLeftOutOfTheOffsets() {
        createTopic(2);
        TopicPartition other = new TopicPartition(name, 1);
        Seeking owner = new Seeking(0);
        try (TransactionalWriter writer = transactionalWriter("t");
                GroupReader member = member(owner);
                LogReader reader = readerFromStart()) {
            eventually(() -> member.poll(STEP).isEmpty() && owner.owned.size() == 2);
            writer.begin();
            send(writer, "of both");
            writer.sendOffsets(offset(5), member.groupMetadata());
            writer.commit();
            assertThat(read(reader, 1)).containsExactly("of both");
            assertThat(member.committed(Set.of(partition(), other), STEP.multipliedBy(50)))
                    .isEqualTo(offset(5));
        }
    }

    /** Who passed the fence before the rebalance may still commit; only stable offsets tell its successor (R3). */
    @Test
    public void letsATransactionCommitThatSentItsOffsetsBeforeARebalance() {
        createTopic(1);
        Seeking seconds = new Seeking(0);
        try (TransactionalWriter writer = transactionalWriter("t");
                GroupReader second = log().joinGroup(name, List.of(name), seconds)) {
            seconds.reader = second;
            try (GroupReader first = member(new Seeking(0))) {
                awaitGeneration(first);
                writer.begin();
                writer.sendOffsets(offset(4), first.groupMetadata());
            }
            eventually(() -> second.poll(STEP).isEmpty() && seconds.owned.size() == 1);
            assertThatThrownBy(() -> second.committed(Set.of(partition()), STEP))
                    .isInstanceOf(TimeoutException.class);
            writer.commit();
            assertThat(stable(second)).isEqualTo(offset(4));
        }
    }

    /** Why handles of sinks travel in a topic (R2). */
    @Test
    public void refusesMetadataOfMoreThanFourKilobytes() {
        createTopic(1);
        try (TransactionalWriter writer = transactionalWriter("t");
                GroupReader member = member(new Seeking(0))) {
            awaitGeneration(member);
            writer.begin();
            writer.sendOffsets(
                    Map.of(partition(), new OffsetAndMetadata(1, "m".repeat(4_096))), member.groupMetadata());
            writer.commit();
            writer.begin();
            assertThatThrownBy(() -> writer.sendOffsets(
                            Map.of(partition(), new OffsetAndMetadata(2, "m".repeat(5_000))), member.groupMetadata()))
                    .isInstanceOf(KafkaException.class);
        }
    }

    /** What restore stands on: readers of committed records may lag behind a commit, the high watermark does not. */
    @Test
    public void countsWhatIsCommittedInTheHighWatermarkOnceTheOffsetsAreStable() {
        createTopic(1);
        try (TransactionalWriter writer = transactionalWriter("t");
                GroupReader member = member(new Seeking(0));
                LogReader reader = readerFromStart()) {
            awaitGeneration(member);
            for (int i = 1; i <= 20; i++) {
                writer.begin();
                send(writer, "record " + i);
                writer.sendOffsets(offset(i), member.groupMetadata());
                writer.commit();
                assertThat(member.committed(Set.of(partition()), STEP.multipliedBy(50)))
                        .isEqualTo(offset(i));
                long end = Objects.requireNonNull(
                        reader.highWatermarks(Set.of(partition())).get(partition()));
                List<String> seen = new ArrayList<>();
                eventually(() -> {
                    reader.poll(STEP).forEach(r -> seen.add(new String(r.value(), StandardCharsets.UTF_8)));
                    return reader.position(partition()) >= end;
                });
                assertThat(seen).containsExactly("record " + i);
            }
        }
    }

    @Test
    public void abortsATransactionThatIsOpenForTooLongAndRefusesItsCommit() {
        createTopic(1);
        try (TransactionalWriter writer = log().transactionalWriter(name + "-t", Duration.ofSeconds(1));
                LogReader reader = readerFromStart()) {
            writer.initTransactions();
            writer.begin();
            send(writer, "too late");
            eventually(() -> {
                assertThat(reader.poll(STEP)).isEmpty();
                return reader.position(partition()) == 2;
            });
            assertThatThrownBy(writer::commit)
                    .isInstanceOfAny(
                            InvalidTxnStateException.class,
                            ProducerFencedException.class,
                            InvalidProducerEpochException.class);
        }
    }

    @Test
    public void sharesPartitionsAmongMembersAndTellsThem() {
        createTopic(2);
        Seeking firsts = new Seeking(0);
        Seeking seconds = new Seeking(0);
        try (GroupReader first = member(firsts)) {
            eventually(() -> first.poll(STEP).isEmpty() && firsts.owned.size() == 2);
            try (GroupReader second = member(seconds)) {
                eventually(() -> first.poll(STEP).isEmpty()
                        && second.poll(STEP).isEmpty()
                        && firsts.owned.size() == 1
                        && seconds.owned.size() == 1);
                assertThat(firsts.owned).doesNotContainAnyElementsOf(seconds.owned);
            }
            eventually(() -> first.poll(STEP).isEmpty() && firsts.owned.size() == 2);
        }
        assertThat(firsts.owned).isEmpty();
    }

    @Test
    public void neverResetsAPositionByItself() {
        createTopic(1);
        try (LogReader reader = log().reader()) {
            reader.assign(Set.of(partition()));
            assertThatThrownBy(() -> reader.poll(STEP)).isInstanceOf(NoOffsetForPartitionException.class);
            reader.seek(partition(), 5);
            assertThatThrownBy(() -> eventually(() -> !reader.poll(STEP).isEmpty()))
                    .isInstanceOf(OffsetOutOfRangeException.class);
        }
    }

    @Test
    public void readsNothingFromAPausedPartition() {
        createTopic(1);
        try (LogWriter writer = log().writer();
                LogReader reader = readerFromStart()) {
            send(writer, "a");
            reader.pause(Set.of(partition()));
            assertThat(reader.poll(STEP)).isEmpty();
            reader.resume(Set.of(partition()));
            assertThat(read(reader, 1)).containsExactly("a");
        }
    }

    @Test
    public void endsAPollEarlyWhenWoken() {
        createTopic(1);
        try (LogReader reader = readerFromStart()) {
            reader.wakeup();
            assertThatThrownBy(() -> reader.poll(Duration.ofMinutes(1))).isInstanceOf(WakeupException.class);
            assertThat(reader.poll(STEP)).isEmpty();
        }
    }

    @Test
    public void describesTopicsThatExistAndLeavesThemAsTheyAre() {
        createTopic(3);
        log().admin().create(List.of(new TopicSpec(name, 5, Map.of())));
        Map<String, TopicDescription> found = log().admin().describe(List.of(name, name + "-missing"));
        assertThat(found).containsOnlyKeys(name);
        assertThat(Objects.requireNonNull(found.get(name)).partitions()).isEqualTo(3);
        assertThat(log().admin().describe(List.of(name))).isEqualTo(found);
    }

    private void createTopic(int partitions) {
        log().admin().create(List.of(new TopicSpec(name, partitions, Map.of())));
    }

    private TopicPartition partition() {
        return new TopicPartition(name, 0);
    }

    private TransactionalWriter transactionalWriter(String id) {
        TransactionalWriter writer = log().transactionalWriter(name + "-" + id, TRANSACTION_TIMEOUT);
        writer.initTransactions();
        return writer;
    }

    private LogReader readerFromStart() {
        LogReader reader = log().reader();
        reader.assign(Set.of(partition()));
        reader.seek(partition(), 0);
        return reader;
    }

    private GroupReader member(Seeking listener) {
        GroupReader member = log().joinGroup(name, List.of(name), listener);
        listener.reader = member;
        return member;
    }

    private void awaitGeneration(GroupReader member) {
        eventually(() -> {
            assertThat(member.poll(STEP)).isEmpty();
            return member.groupMetadata().generationId() > 0;
        });
    }

    private Map<TopicPartition, OffsetAndMetadata> offset(long next) {
        return Map.of(partition(), new OffsetAndMetadata(next, "checkpoint"));
    }

    private ProducerRecord<byte[], byte[]> record(String value) {
        return new ProducerRecord<>(name, 0, null, value.getBytes(StandardCharsets.UTF_8));
    }

    private void send(LogWriter writer, String... values) {
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (String value : values) {
            sent.add(writer.send(record(value)));
        }
        writer.flush();
        sent.forEach(CompletableFuture::join);
    }

    private static List<String> read(LogReader reader, int count) {
        List<String> values = new ArrayList<>();
        eventually(() -> {
            reader.poll(STEP).forEach(r -> values.add(new String(r.value(), StandardCharsets.UTF_8)));
            return values.size() >= count;
        });
        return values;
    }

    /** Each try waits inside the log for its next event, so the bound is a number of tries. */
    private static void eventually(BooleanSupplier condition) {
        for (int i = 0; i < MOST_POLLS; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
        }
        throw new AssertionError("expected it within " + MOST_POLLS + " polls");
    }
}
