package io.waybill.engine;

import io.waybill.format.Topics;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.pipeline.Pipeline;
import io.waybill.store.LocalStores.TaskId;
import java.time.InstantSource;
import org.apache.kafka.common.TopicPartition;

/** One stage of a pipeline with its topics as they were found at start. Immutable. */
record StagePlan(
        Pipeline pipeline,
        String stage,
        Topics topics,
        TopicDescription input,
        TopicDescription changelog,
        TopicDescription replays,
        int outcomePartitions,
        int deadLetterPartitions,
        int resultPartitions,
        OperatorChain chain) {

    /** The plan of one task: keyed operators have an instance for each. */
    StagePlan ofTask(InstantSource clock) {
        return new StagePlan(
                pipeline,
                stage,
                topics,
                input,
                changelog,
                replays,
                outcomePartitions,
                deadLetterPartitions,
                resultPartitions,
                chain.ofTask(clock));
    }

    TaskId task(int partition) {
        return new TaskId(pipeline.name(), stage, partition);
    }

    TopicPartition inputOf(int partition) {
        return new TopicPartition(input.name(), partition);
    }

    TopicPartition changelogOf(int partition) {
        return new TopicPartition(changelog.name(), partition);
    }

    TopicPartition replaysOf(int partition) {
        return new TopicPartition(replays.name(), partition);
    }
}
