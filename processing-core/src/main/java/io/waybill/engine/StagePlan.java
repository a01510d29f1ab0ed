package io.waybill.engine;

import io.waybill.format.Topics;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Pipeline;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.store.StorePosition;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a pipeline with its topics as they were found at start. Immutable.
 *
 * @param next the input of the stage that its records are forwarded to; null for the last
 * @param ids null where the stage recognises no duplicates
 */
record StagePlan(
        Pipeline pipeline,
        String stage,
        Feed feed,
        Topics topics,
        TopicDescription input,
        TopicDescription changelog,
        TopicDescription replays,
        @Nullable TopicDescription ids,
        @Nullable TopicDescription next,
        Shared shared,
        OperatorChain chain) {

    /**
     * What all stages write to.
     *
     * @param outcomes number of partitions, like the next two
     * @param completion null where the pipeline has one stage: its flows become whole there
     * @param sourceReplays of the first stage, whose tasks hold the message ids
     * @param staged where rows of staged sinks wait, by sink
     * @param claims where message ids of all partitions of the source are claimed; null where they are not
     * @param continued ids of the users' topics with which flows go on in other pipelines, by name
     */
    record Shared(
            int outcomes,
            int deadLetters,
            int results,
            @Nullable TopicDescription completion,
            TopicDescription sourceReplays,
            Map<String, TopicDescription> staged,
            @Nullable TopicDescription claims,
            Map<String, Uuid> continued) {}

    /** The plan of one task: keyed operators have an instance for each. */
    StagePlan ofTask(StateCatalog catalog, InstantSource clock) {
        return new StagePlan(
                pipeline,
                stage,
                feed,
                topics,
                input,
                changelog,
                replays,
                ids,
                next,
                shared,
                chain.ofTask(catalog, clock));
    }

    /** Those that take part in checkpoints by two phases. */
    List<Operator.TwoPhase> sinks() {
        return chain.operators().stream()
                .filter(Operator.TwoPhase.class::isInstance)
                .map(Operator.TwoPhase.class::cast)
                .toList();
    }

    /** Where the pipeline's flows become whole, if not in their first stage. */
    TopicDescription completion() {
        TopicDescription completion = shared.completion();
        if (completion == null) {
            throw new IllegalStateException("a pipeline of one stage has no stage in which its flows become whole");
        }
        return completion;
    }

    /** Where message ids are claimed. */
    TopicDescription claims() {
        TopicDescription claims = shared.claims();
        if (claims == null) {
            throw new IllegalStateException("a pipeline without a global check of duplicates claims no ids");
        }
        return claims;
    }

    /** The input of the stage to which a record is forwarded. */
    TopicDescription inputOf(String stage) {
        TopicDescription staged = shared.staged().get(stage);
        TopicDescription to = staged == null ? next : staged;
        if (to == null) {
            throw new IllegalStateException("no stage '" + stage + "' follows stage '" + this.stage + "'");
        }
        return to;
    }

    /** The id of a topic with which flows go on. */
    Uuid continuedTopic(String topic) {
        Uuid id = shared.continued().get(topic);
        if (id == null) {
            throw new IllegalStateException("topic '" + topic + "' continues nothing");
        }
        return id;
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

    /** False where the changelog was made anew since the store was written. */
    boolean isOfThisChangelog(Map<String, StorePosition> positions) {
        StorePosition position = positions.get(changelog.name());
        return position == null || position.topicId().equals(changelog.id());
    }

    TopicPartition replaysOf(int partition) {
        return new TopicPartition(replays.name(), partition);
    }
}
