package io.waybill.log.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.log.GroupReader;
import io.waybill.log.TransactionalWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The facts about Kafka that the commit protocol rests on (R1, R3, R6, R11). */
class KafkaLogFencingIT {

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
    void aZombieIsFencedWhereItSendsOffsetsUnderItsCapturedGeneration() {
        String topic = broker.topic(2, Map.of());
        String group = broker.unused("group");
        TopicPartition partition = new TopicPartition(topic, 0);
        try (GroupReader zombie = broker.joined(group, topic);
                TransactionalWriter writer = broker.writer(broker.unused("writer"))) {
            ConsumerGroupMetadata captured = zombie.groupMetadata();
            writer.begin();
            writer.send(new ProducerRecord<>(topic, "late".getBytes(UTF_8))).join();

            try (GroupReader successor = broker.joining(group, topic)) {
                await().atMost(Broker.PATIENCE).pollInSameThread().until(() -> {
                    successor.poll(Broker.POLL);
                    zombie.poll(Broker.POLL);
                    return zombie.groupMetadata().generationId() > captured.generationId();
                });
                assertThatThrownBy(() -> writer.sendOffsets(Broker.next(partition, 1, "c1"), captured))
                        .isInstanceOf(CommitFailedException.class);
            }
            writer.abort();
        }
    }

    @Test
    void committedWaitsWhileATransactionHoldsAnOffsetPending() {
        String topic = broker.topic(1, Map.of());
        TopicPartition partition = new TopicPartition(topic, 0);
        try (GroupReader reader = broker.joined(broker.unused("group"), topic);
                TransactionalWriter writer = broker.writer(broker.unused("writer"))) {
            assertThat(reader.committed(Set.of(partition), Broker.PATIENCE)).isEmpty();

            writer.begin();
            writer.sendOffsets(Broker.next(partition, 7, "checkpoint-1"), reader.groupMetadata());
            assertThatThrownBy(() -> reader.committed(Set.of(partition), Duration.ofMillis(500)))
                    .isInstanceOf(TimeoutException.class);

            writer.commit();
            assertThat(reader.committed(Set.of(partition), Broker.PATIENCE))
                    .isEqualTo(Broker.next(partition, 7, "checkpoint-1"));
        }
    }

    @Test
    void aTransactionThatHoldsOffsetsIsFoundAndFencedAndItsOffsetsAreReleased() {
        String topic = broker.topic(1, Map.of());
        String id = broker.unused("waybill-holder");
        String outputsOnlyId = broker.unused("waybill-holder");
        TopicPartition partition = new TopicPartition(topic, 0);
        try (GroupReader reader = broker.joined(broker.unused("group"), topic);
                TransactionalWriter holder = broker.writer(id);
                TransactionalWriter outputsOnly = broker.writer(outputsOnlyId)) {
            outputsOnly.begin();
            outputsOnly
                    .send(new ProducerRecord<>(topic, "output".getBytes(UTF_8)))
                    .join();
            holder.begin();
            holder.sendOffsets(Broker.next(partition, 7, "checkpoint-1"), reader.groupMetadata());

            assertThat(broker.log().admin().transactionsHolding("waybill-holder", Duration.ZERO, Set.of()))
                    .containsExactly(id);
            assertThat(broker.log().admin().transactionsHolding("waybill-holder", Duration.ofMinutes(5), Set.of()))
                    .isEmpty();
            assertThat(broker.log().admin().transactionsHolding("another", Duration.ZERO, Set.of()))
                    .isEmpty();
            assertThat(broker.log().admin().transactionsHolding("waybill-holder", Duration.ZERO, Set.of(partition)))
                    .containsExactlyInAnyOrder(id, outputsOnlyId);

            broker.log().admin().fence(Set.of(id));
            assertThat(reader.committed(Set.of(partition), Broker.PATIENCE)).isEmpty();
            assertThatThrownBy(holder::commit)
                    .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
            outputsOnly.abort();
        }
    }

    @Test
    void aNewWriterOfTheSameIdFencesTheOldOne() {
        String topic = broker.topic(1, Map.of());
        String id = broker.unused("writer");
        try (TransactionalWriter old = broker.writer(id)) {
            old.begin();
            old.send(new ProducerRecord<>(topic, "old".getBytes(UTF_8))).join();
            try (TransactionalWriter successor = broker.writer(id)) {
                assertThatThrownBy(old::commit)
                        .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
                successor.begin();
                successor.abort();
            }
        }
    }
}
