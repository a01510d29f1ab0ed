package io.waybill.engine;

import io.waybill.log.GroupReader;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Which partitions of the input are paused: backpressure goes to the broker, and polling goes on. */
final class Pauses {

    private final Set<TopicPartition> paused = new HashSet<>();

    /** Freshly assigned ones, before anything of them may be fetched. */
    void add(GroupReader reader, Collection<TopicPartition> partitions) {
        reader.pause(partitions);
        paused.addAll(partitions);
    }

    /** The partition is no longer ours. */
    void forget(TopicPartition partition) {
        paused.remove(partition);
    }

    /** From now on exactly these. */
    void set(GroupReader reader, Set<TopicPartition> wanted) {
        Set<TopicPartition> toPause = new HashSet<>(wanted);
        toPause.removeAll(paused);
        Set<TopicPartition> toResume = new HashSet<>(paused);
        toResume.removeAll(wanted);
        if (!toPause.isEmpty()) {
            reader.pause(toPause);
        }
        if (!toResume.isEmpty()) {
            reader.resume(toResume);
        }
        paused.clear();
        paused.addAll(wanted);
    }
}
