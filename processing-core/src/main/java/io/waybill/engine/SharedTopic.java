package io.waybill.engine;

import io.waybill.log.LogWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A topic by which owners of tasks tell each other something outside checkpoints: each follows it and writes to it by a
 * writer of its own, since a fenced thread must still be able to speak. One thread.
 */
final class SharedTopic implements AutoCloseable {

    private final String topic;
    private final LogWriter writer;
    private final FollowedTopic followed;

    /** @param each is given every record, this owner's own ones too */
    SharedTopic(Ports ports, String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        this.topic = topic;
        this.writer = ports.log().writer();
        try {
            this.followed = new FollowedTopic(ports, topic, each);
        } catch (RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    /** Reads to the end. What another owner wrote before it gave a task up is there then. */
    void refresh() {
        followed.refresh();
    }

    /** Reads on, once in {@code pace} and without waiting; true where it looked. */
    boolean look(Duration pace) {
        return followed.look(pace);
    }

    /** The high watermarks of partitions of any topic. */
    Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) {
        return followed.ends(partitions);
    }

    /**
     * Replaces what stands under the key; it counts once the answer is there.
     *
     * @param value null removes the key
     */
    CompletableFuture<RecordMetadata> send(String key, byte @Nullable [] value) {
        return writer.send(new ProducerRecord<>(topic, 0, key.getBytes(StandardCharsets.UTF_8), value));
    }

    /** Waits until what was sent is on the log, or lost with its writer. */
    void flush() {
        writer.flush();
    }

    @Override
    public void close() {
        followed.close();
        writer.close();
    }
}
