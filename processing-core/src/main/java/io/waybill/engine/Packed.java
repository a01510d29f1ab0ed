package io.waybill.engine;

import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Packs small messages of one checkpoint: one record for each partition, more where one would be too large. */
final class Packed<M extends MessageLite> {

    private static final int MAX_BYTES = 400 * 1024;

    private final Form<M> form;
    private final Map<Integer, Block<M>> blocks = new TreeMap<>();
    private final List<ProducerRecord<byte[], byte[]>> full = new ArrayList<>();

    Packed(Form<M> form) {
        this.form = form;
    }

    interface Form<M> {

        /** @param chunk 0, 1, 2 … within its partition */
        ProducerRecord<byte[], byte[]> record(int partition, int chunk, List<M> messages);
    }

    void add(int partition, M message) {
        Block<M> block = blocks.computeIfAbsent(partition, p -> new Block<>());
        block.messages.add(message);
        block.bytes += message.getSerializedSize();
        if (block.bytes > MAX_BYTES) {
            full.add(record(partition, block));
        }
    }

    /** All of them, each partition's in order; nothing is left behind. */
    List<ProducerRecord<byte[], byte[]>> drain() {
        blocks.forEach((partition, block) -> {
            if (!block.messages.isEmpty()) {
                full.add(record(partition, block));
            }
        });
        List<ProducerRecord<byte[], byte[]>> all = List.copyOf(full);
        full.clear();
        return all;
    }

    private ProducerRecord<byte[], byte[]> record(int partition, Block<M> block) {
        List<M> messages = List.copyOf(block.messages);
        block.messages.clear();
        block.bytes = 0;
        return form.record(partition, block.chunk++, messages);
    }

    private static final class Block<M> {
        private final List<M> messages = new ArrayList<>();
        private int bytes;
        private int chunk;
    }
}
