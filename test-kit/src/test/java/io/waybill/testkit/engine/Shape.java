package io.waybill.testkit.engine;

import io.waybill.pipeline.Pipeline;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which pipeline a history runs.
 *
 * @param splits whether messages are split into parts
 * @param rekeys whether items go through a second stage, by another key than their message's
 * @param ledger whether what goes to the topic goes to a two-phase sink as well
 * @param deadly whether some messages and items end the machine that runs them
 */
record Shape(boolean splits, boolean rekeys, boolean ledger, boolean deadly) {

    static Shape drawn(RandomGenerator random) {
        return new Shape(random.nextBoolean(), random.nextBoolean(), random.nextInt(5) < 2, random.nextInt(4) == 0);
    }

    /** The stage whose operator counts. */
    String countingStage() {
        return rekeys ? Workload.ACCOUNTS : Pipeline.SOURCE_STAGE;
    }

    List<String> stages() {
        return rekeys
                ? List.of(Pipeline.SOURCE_STAGE, Workload.ACCOUNTS, Pipeline.COMPLETION_STAGE)
                : List.of(Pipeline.SOURCE_STAGE);
    }

    /** The topics the group reads. */
    List<String> inputs() {
        return stages().stream()
                .map(stage -> stage.equals(Pipeline.SOURCE_STAGE)
                        ? Workload.SOURCE
                        : SimulatedEngine.TOPICS.stage(Workload.PIPELINE, stage))
                .toList();
    }

    String stageOf(String input) {
        return stages().get(inputs().indexOf(input));
    }
}
