package io.waybill.engine;

import io.waybill.format.Topics;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.pipeline.Pipeline;
import io.waybill.store.LocalStores.TaskId;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline with its stages, in the order in which records pass them, and their topics as found at start. Immutable.
 *
 * @param checkpoints null where no operator is a two-phase sink
 */
record PipelinePlan(
        Pipeline pipeline,
        Topics topics,
        List<StagePlan> stages,
        @Nullable TopicDescription checkpoints) {

    PipelinePlan {
        stages = List.copyOf(stages);
    }

    /** The consumer group; begins every transactional id. */
    String group() {
        return topics.group(pipeline.name());
    }

    List<String> inputs() {
        return stages.stream().map(stage -> stage.input().name()).toList();
    }

    /** The stage that has this name; null where this version of the pipeline has none. */
    @Nullable
    StagePlan stage(String name) {
        return stages.stream()
                .filter(stage -> stage.stage().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The stage whose input this partition belongs to. */
    StagePlan stageOf(TopicPartition input) {
        return stages.stream()
                .filter(stage -> stage.input().name().equals(input.topic()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no stage reads " + input));
    }

    TaskId taskBehind(TopicPartition input) {
        return stageOf(input).task(input.partition());
    }

    /** The input partition of the task that reads this partition: its input itself, or its replays. */
    TopicPartition inputBehind(TopicPartition partition) {
        return stages.stream()
                .filter(stage -> stage.replays().name().equals(partition.topic()))
                .findFirst()
                .map(stage -> stage.inputOf(partition.partition()))
                .orElse(partition);
    }
}
