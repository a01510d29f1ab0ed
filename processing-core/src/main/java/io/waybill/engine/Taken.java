package io.waybill.engine;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a task has in hand. */
sealed interface Taken {

    /** The next record of its input. */
    record Input(ConsumerRecord<byte[], byte[]> record) implements Taken {}

    /** What people want done with a dead letter. */
    record Order(ConsumerRecord<byte[], byte[]> record) implements Taken {}

    record Fired(RegisteredTimer timer) implements Taken {}

    /** The first of a lane of the waiting room, which is due. */
    record Waited(Waiting row) implements Taken {}
}
