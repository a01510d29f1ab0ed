package io.waybill.log.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.log.GroupReader;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.TransactionalWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KafkaLogIT {

    private static Broker broker;

    @BeforeAll
    static void start(@TempDir Path folder) {
        broker = new Broker(folder);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aRecordTooLargeForItsTopicFailsAloneAndItsTransactionGoesOn() {
        String topic = broker.topic(1, Map.of("max.message.bytes", "10000"));
        try (TransactionalWriter writer = broker.writer(broker.unused("writer"));
                LogReader reader = readingFromStart(topic)) {
            writer.begin();
            writer.send(record(topic, "before")).join();
            assertThatThrownBy(() -> writer.send(new ProducerRecord<>(topic, new byte[20_000]))
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(RecordTooLargeException.class);
            writer.send(record(topic, "after")).join();
            writer.commit();

            assertThat(texts(Broker.read(reader, 2))).containsExactly("before", "after");
        }
    }

    @Test
    void aRaisedTopicLimitIsNoticedByAnOpenWriter() throws Exception {
        String topic = broker.topic(1, Map.of("max.message.bytes", "10000"));
        ProducerRecord<byte[], byte[]> large = new ProducerRecord<>(topic, new byte[20_000]);
        try (LogWriter writer = broker.log().writer()) {
            assertThatThrownBy(() -> writer.send(large).join()).hasCauseInstanceOf(RecordTooLargeException.class);

            raiseLimit(topic, 30_000);
            assertThat(writer.send(large).join().offset()).isZero();
        }
    }

    @Test
    void committedRecordsAreReadAbortedOnesPassedAndOpenOnesOnlyCounted() {
        String topic = broker.topic(1, Map.of());
        TopicPartition partition = new TopicPartition(topic, 0);
        try (TransactionalWriter writer = broker.writer(broker.unused("writer"));
                LogReader reader = readingFromStart(topic)) {
            writer.begin();
            writer.send(record(topic, "aborted")).join();
            writer.abort();
            writer.begin();
            writer.send(record(topic, "committed")).join();
            writer.commit();
            writer.begin();
            writer.send(record(topic, "open")).join();

            assertThat(texts(Broker.read(reader, 1))).containsExactly("committed");
            assertThat(reader.highWatermarks(List.of(partition))).containsEntry(partition, 5L);
            // Two records, two markers; the open record is not passed.
            assertThat(reader.poll(Broker.POLL)).isEmpty();
            assertThat(reader.position(partition)).isEqualTo(4);
            writer.abort();
        }
    }

    @Test
    void partitionsThatStayAssignedKeepTheirPosition() {
        String topic = broker.topic(2, Map.of());
        TopicPartition stays = new TopicPartition(topic, 0);
        TopicPartition added = new TopicPartition(topic, 1);
        try (LogWriter writer = broker.log().writer();
                LogReader reader = readingFromStart(topic)) {
            writer.send(new ProducerRecord<>(topic, 0, null, "read before".getBytes(UTF_8)))
                    .join();
            writer.send(new ProducerRecord<>(topic, 1, null, "new".getBytes(UTF_8)))
                    .join();
            assertThat(texts(Broker.read(reader, 1))).containsExactly("read before");

            reader.assign(List.of(stays, added));
            reader.seek(added, 0);

            assertThat(reader.position(stays)).isEqualTo(1);
            assertThat(texts(Broker.read(reader, 1))).containsExactly("new");
        }
    }

    @Test
    void nothingIsResetByItself() {
        String topic = broker.topic(1, Map.of());
        TopicPartition partition = new TopicPartition(topic, 0);
        try (LogReader reader = broker.log().reader();
                GroupReader member =
                        broker.log().joinGroup(broker.unused("group"), List.of(topic), new DoesNotSeek())) {
            assertThatThrownBy(() -> Broker.read(member, 1)).isInstanceOf(NoOffsetForPartitionException.class);

            reader.assign(List.of(partition));
            reader.seek(partition, 5);
            assertThatThrownBy(() -> Broker.read(reader, 1)).isInstanceOf(OffsetOutOfRangeException.class);
            assertThat(reader.beginningOffsets(List.of(partition))).containsEntry(partition, 0L);
        }
    }

    @Test
    void ownershipFollowsTheGroupAlone() {
        String topic = broker.topic(1, Map.of());
        try (GroupReader member = broker.joined(broker.unused("group"), topic)) {
            assertThatThrownBy(() -> member.assign(List.of(new TopicPartition(topic, 0))))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("R10");
        }
    }

    @Test
    void aWakeupEndsTheNextPoll() {
        try (LogReader reader = readingFromStart(broker.topic(1, Map.of()))) {
            reader.wakeup();
            assertThatThrownBy(() -> reader.poll(Duration.ofSeconds(30))).isInstanceOf(WakeupException.class);
        }
    }

    @Test
    void aTopicThatExistsIsLeftAsItIsAndAMissingOneIsAbsent() {
        String topic = broker.topic(3, Map.of("max.message.bytes", "12345"));
        broker.log().admin().create(List.of(new TopicSpec(topic, 7, Map.of())));

        assertThat(broker.log().admin().describe(List.of(topic, "missing")))
                .hasSize(1)
                .hasEntrySatisfying(topic, it -> {
                    assertThat(it.partitions()).isEqualTo(3);
                    assertThat(it.maxMessageBytes()).isEqualTo(12_345);
                });
    }

    @Test
    void aStaticMemberThatStaysComesBackWithoutARebalance() {
        String topic = broker.topic(1, Map.of());
        String group = broker.unused("group");
        KafkaLogOptions named = named().withStayOnClose(true);
        try (KafkaLog first = new KafkaLog(named);
                KafkaLog again = new KafkaLog(named)) {
            int generation = generationAfterJoining(first, group, topic);
            assertThat(generationAfterJoining(again, group, topic)).isEqualTo(generation);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStaticMemberThatLeavesGivesItsPartitionsAwayAtOnce(GroupProtocol protocol) {
        String topic = broker.topic(1, Map.of());
        String group = broker.unused("group");
        Duration session = Duration.ofSeconds(60);
        KafkaLogOptions patient = named().withGroupProtocol(protocol).withSessionTimeout(session);
        try (KafkaLog first = new KafkaLog(patient);
                KafkaLog second = new KafkaLog(patient.withGroupInstanceId(broker.unused("pod")))) {
            assertThat(generationAfterJoining(first, group, topic)).isPositive();
            long left = System.nanoTime();
            assertThat(generationAfterJoining(second, group, topic)).isPositive();
            assertThat(Duration.ofNanos(System.nanoTime() - left))
                    .as("it did not wait for the end of the first one's session")
                    .isLessThan(session.dividedBy(2));
        }
    }

    @Test
    void aStaticMemberOfTheNewerProtocolWaitsUntilItsNameIsReleased() {
        String topic = broker.topic(1, Map.of());
        String group = broker.unused("group");
        KafkaLogOptions named = named().withGroupProtocol(GroupProtocol.CONSUMER);
        try (KafkaLog first = new KafkaLog(named);
                KafkaLog successor = new KafkaLog(named)) {
            GroupReader holder = Broker.joined(first, group, topic);
            try (GroupReader waiting = successor.joinGroup(group, List.of(topic), new DoesNotSeek())) {
                for (int i = 0; i < 20; i++) {
                    assertThat(waiting.poll(Broker.POLL)).isEmpty();
                    holder.poll(Duration.ZERO);
                }
                assertThat(waiting.groupMetadata().generationId()).isNotPositive();
            } finally {
                holder.close();
            }
            assertThat(generationAfterJoining(successor, group, topic)).isPositive();
        }
    }

    private static KafkaLogOptions named() {
        return KafkaLogOptions.of(broker.bootstrapServers()).withGroupInstanceId(broker.unused("pod"));
    }

    private static int generationAfterJoining(KafkaLog log, String group, String topic) {
        try (GroupReader member = Broker.joined(log, group, topic)) {
            return member.groupMetadata().generationId();
        }
    }

    private static LogReader readingFromStart(String topic) {
        LogReader reader = broker.log().reader();
        TopicPartition partition = new TopicPartition(topic, 0);
        reader.assign(List.of(partition));
        reader.seek(partition, 0);
        return reader;
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String value) {
        return new ProducerRecord<>(topic, value.getBytes(UTF_8));
    }

    private static List<String> texts(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> new String(record.value(), UTF_8)).toList();
    }

    private static void raiseLimit(String topic, int bytes) throws Exception {
        var change = new AlterConfigOp(
                new ConfigEntry("max.message.bytes", Integer.toString(bytes)), AlterConfigOp.OpType.SET);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
                    .all()
                    .get();
        }
    }

    private static final class DoesNotSeek implements GroupReader.RebalanceListener {

        @Override
        public void onAssigned(Collection<TopicPartition> partitions) {}

        @Override
        public void onRevoked(Collection<TopicPartition> partitions) {}

        @Override
        public void onLost(Collection<TopicPartition> partitions) {}
    }
}
