package io.waybill.log.kafka;

import io.waybill.log.TransactionalWriter;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Closing it with a transaction open aborts that, if the broker can be reached; its time-out does otherwise. */
final class KafkaTransactionalWriter extends KafkaLogWriter implements TransactionalWriter {

    KafkaTransactionalWriter(Map<String, Object> settings, TopicLimits limits, Duration closeTimeout) {
        super(settings, limits, closeTimeout);
    }

    @Override
    public void initTransactions() {
        KafkaFailures.call(producer()::initTransactions);
    }

    @Override
    public void begin() {
        forgetRefusal();
        KafkaFailures.call(producer()::beginTransaction);
    }

    @Override
    public void sendOffsets(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        KafkaFailures.call(() -> producer().sendOffsetsToTransaction(offsets, group));
    }

    @Override
    public void commit() {
        KafkaFailures.call(producer()::commitTransaction);
    }

    @Override
    public void abort() {
        KafkaFailures.call(producer()::abortTransaction);
    }
}
