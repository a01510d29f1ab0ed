package io.waybill.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What was read for a task and is not taken up: records of its input, and people's orders. Bounded by who asks first. */
final class Inbox {

    private final EngineOptions options;
    private final Deque<ConsumerRecord<byte[], byte[]>> inputs = new ArrayDeque<>();
    private final Deque<ConsumerRecord<byte[], byte[]>> orders = new ArrayDeque<>();
    private long inputBytes;
    private long orderBytes;
    private long read;
    private long taken;
    private long inputsReadTo = -1;
    private long ordersReadTo = -1;

    Inbox(EngineOptions options) {
        this.options = options;
    }

    void offer(ConsumerRecord<byte[], byte[]> input) {
        inputs.add(input);
        inputsReadTo = input.offset() + 1;
        read++;
        inputBytes += size(input);
    }

    void order(ConsumerRecord<byte[], byte[]> order) {
        orders.add(order);
        ordersReadTo = order.offset() + 1;
        orderBytes += size(order);
    }

    boolean takesInputs() {
        return inputs.size() < options.maxQueuedRecords() && inputBytes < options.maxPayloadBytes();
    }

    boolean takesOrders() {
        return orders.size() < options.maxQueuedRecords() && orderBytes < options.maxPayloadBytes();
    }

    /** The next; null where there is none. */
    @Nullable
    ConsumerRecord<byte[], byte[]> firstInput() {
        return inputs.peekFirst();
    }

    /** The next; null where there is none. */
    @Nullable
    ConsumerRecord<byte[], byte[]> firstOrder() {
        return orders.peekFirst();
    }

    Iterable<ConsumerRecord<byte[], byte[]>> inputs() {
        return inputs;
    }

    boolean hasInputs() {
        return !inputs.isEmpty();
    }

    boolean hasOrders() {
        return !orders.isEmpty();
    }

    int size() {
        return inputs.size() + orders.size();
    }

    int inputsLeft() {
        return inputs.size();
    }

    ConsumerRecord<byte[], byte[]> nextInput() {
        ConsumerRecord<byte[], byte[]> next = inputs.removeFirst();
        taken++;
        inputBytes -= size(next);
        return next;
    }

    ConsumerRecord<byte[], byte[]> nextOrder() {
        ConsumerRecord<byte[], byte[]> next = orders.removeFirst();
        orderBytes -= size(next);
        return next;
    }

    /** It is the next one again. */
    void putBack(ConsumerRecord<byte[], byte[]> input) {
        inputs.addFirst(input);
        taken--;
        inputBytes += size(input);
    }

    /** It is the next one again. */
    void putBackOrder(ConsumerRecord<byte[], byte[]> order) {
        orders.addFirst(order);
        orderBytes += size(order);
    }

    /** The offset behind the last record of the input that was read; negative before the first. */
    long inputsReadTo() {
        return inputsReadTo;
    }

    /** The offset behind the last order that was read; negative before the first. */
    long ordersReadTo() {
        return ordersReadTo;
    }

    /** How many records of the input were read. */
    long read() {
        return read;
    }

    /** How many of them were taken up. */
    long taken() {
        return taken;
    }

    private static int size(ConsumerRecord<byte[], byte[]> record) {
        return Math.max(0, record.serializedValueSize());
    }
}
