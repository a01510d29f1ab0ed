package io.waybill.engine;

import java.util.Comparator;
import org.apache.kafka.common.TopicPartition;

/** The order in which a thread goes through its tasks: the same seed of a simulation must give the same history. */
final class Inputs {

    static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private Inputs() {}
}
