package io.waybill.engine;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes up records of a task's input. One for each task; one thread. */
interface Arrivals {

    /**
     * @param state a fresh layer for this record
     * @throws TaskHaltedException where the record is nothing this task may pass over
     */
    Work take(ConsumerRecord<byte[], byte[]> input, StateLayer state, long logTimeMs, Instant now);

    /** The message id that will be looked up when this record is taken; empty where none will be. In their order. */
    default String messageId(ConsumerRecord<byte[], byte[]> queued) {
        return "";
    }
}
