package io.waybill.log;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Writes in transactions. One thread. Every method throws Kafka's own exceptions; {@code ProducerFencedException},
 * {@code InvalidProducerEpochException} and {@code InvalidTxnStateException} mean that this writer is finished.
 */
public interface TransactionalWriter extends LogWriter {

    /** Registers the transactional id with its coordinator and fences earlier writers of it. Once, first. */
    void initTransactions();

    void begin();

    /**
     * Adds the next offsets of the group to the transaction. The broker checks the member and generation that
     * {@code group} names: here zombies are fenced.
     *
     * @throws org.apache.kafka.clients.consumer.CommitFailedException where the member is not in that generation
     */
    void sendOffsets(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group);

    /**
     * The commit record (I1).
     *
     * @throws org.apache.kafka.common.errors.TimeoutException where the answer is missing: call it again (R6)
     */
    void commit();

    void abort();
}
