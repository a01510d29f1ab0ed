package io.waybill.projection;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What a {@link Projector} keeps up to date. Called by one thread at a time in this JVM; other JVMs may race (R12). */
public interface Projection {

    /** The topics it follows, all their partitions. */
    Set<String> topics();

    /** Where it stands: the next offset of each partition; a partition it never saw is absent and starts at 0. */
    Map<TopicPartition, Long> positions();

    /**
     * Applies records in one database transaction whose first statement moves the position from {@code expected} to
     * {@code next}.
     *
     * @param records of one partition, in offset order; offsets may have gaps
     * @throws io.waybill.format.UnreadableLogException to halt the projector; anything else is tried again
     * @return false where the position was not {@code expected}: someone else was faster, nothing was applied
     */
    boolean apply(TopicPartition partition, long expected, long next, List<ConsumerRecord<byte[], byte[]>> records);
}
