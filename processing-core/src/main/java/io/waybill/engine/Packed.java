package io.waybill.engine;

import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Packs small entries of one checkpoint: one record for each partition, more where one would be too large. */
final class Packed<E> {

    private static final int MAX_BYTES = 400 * 1024;

    private final Supplier<Block<E>> blocks;
    /** By number. */
    private final List<Partition<E>> partitions = new ArrayList<>();

    private final List<ProducerRecord<byte[], byte[]>> full = new ArrayList<>();

    Packed(Supplier<Block<E>> blocks) {
        this.blocks = blocks;
    }

    /** Of messages that stand in their blocks as they are. */
    static <M extends MessageLite> Packed<M> ofMessages(Form<M> form) {
        return new Packed<>(() -> new Messages<>(form));
    }

    interface Form<M> {

        /** @param chunk 0, 1, 2 … within its partition */
        ProducerRecord<byte[], byte[]> record(int partition, int chunk, List<M> messages);
    }

    /** A block while it grows. */
    interface Block<E> {

        void add(E entry);

        /** Its entries, about. */
        int bytes();

        /**
         * Ends it.
         *
         * @param chunk 0, 1, 2 … within its partition
         */
        ProducerRecord<byte[], byte[]> record(int partition, int chunk);
    }

    void add(int partition, E entry) {
        while (partitions.size() <= partition) {
            partitions.add(new Partition<>());
        }
        Partition<E> of = partitions.get(partition);
        Block<E> block = of.block;
        if (block == null) {
            block = blocks.get();
            of.block = block;
        }
        block.add(entry);
        if (block.bytes() > MAX_BYTES) {
            full.add(block.record(partition, of.chunk++));
            of.block = null;
        }
    }

    /** All of them, each partition's in order; nothing is left behind. */
    List<ProducerRecord<byte[], byte[]>> drain() {
        for (int partition = 0; partition < partitions.size(); partition++) {
            Partition<E> of = partitions.get(partition);
            if (of.block != null) {
                full.add(of.block.record(partition, of.chunk++));
                of.block = null;
            }
        }
        List<ProducerRecord<byte[], byte[]>> all = List.copyOf(full);
        full.clear();
        return all;
    }

    private static final class Partition<E> {
        private @Nullable Block<E> block;
        private int chunk;
    }

    private static final class Messages<M extends MessageLite> implements Block<M> {

        private final Form<M> form;
        private final List<M> messages = new ArrayList<>();
        private int bytes;

        Messages(Form<M> form) {
            this.form = form;
        }

        @Override
        public void add(M message) {
            messages.add(message);
            bytes += message.getSerializedSize();
        }

        @Override
        public int bytes() {
            return bytes;
        }

        @Override
        public ProducerRecord<byte[], byte[]> record(int partition, int chunk) {
            return form.record(partition, chunk, messages);
        }
    }
}
