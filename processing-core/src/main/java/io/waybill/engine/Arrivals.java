package io.waybill.engine;

import io.waybill.format.v1.WaitingRow;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes up records of a task's input. One for each task; one thread. */
interface Arrivals {

    /**
     * @param state a fresh layer for this record
     * @throws TaskHaltedException where the record is nothing this task may pass over
     */
    Work take(ConsumerRecord<byte[], byte[]> input, StateLayer state, long logTimeMs, Instant now);

    /**
     * Takes up a record that has its verdict and its turn.
     *
     * @param row of it in the waiting room
     * @param state a fresh layer for this record
     * @throws TaskHaltedException where records of this input are not claimed
     */
    default Work takeClaimed(WaitingRow row, StateLayer state, long logTimeMs, Instant now, Places places) {
        throw TaskHaltedException.stateDamaged("a record waits for a verdict in a stage that claims no ids");
    }

    /** The message id that will be looked up when this record is taken; empty where none will be. In their order. */
    default String messageId(ConsumerRecord<byte[], byte[]> queued) {
        return "";
    }
}
