package io.waybill.testkit.engine;

import io.waybill.pipeline.Pipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which pipeline a history runs.
 *
 * @param splits whether messages are split into parts
 * @param rekeys whether items go through a second stage, by another key than their message's
 * @param ledger whether what goes to the topic goes to a two-phase sink as well
 * @param deadly whether some messages and items end the machine that runs them
 * @param staged whether items go to a staged sink as well
 * @param calls whether items ask another system, in each stage
 * @param sequences whether what comes behind a dead letter waits for it
 * @param global whether duplicates are recognised in all partitions, and resent there
 * @param deadlines whether flows have one
 * @param narrow whether checkpoints are so small that parts of one message go through several
 */
record Shape(
        boolean splits,
        boolean rekeys,
        boolean ledger,
        boolean deadly,
        boolean staged,
        boolean calls,
        boolean sequences,
        boolean global,
        boolean narrow,
        boolean deadlines) {

    /** So short that many flows do not keep it: those that wait for a retry, a call, a sink or a person. */
    static final Duration DEADLINE = Duration.ofMillis(1_500);

    static Shape drawn(RandomGenerator random) {
        return new Shape(
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(5) < 2,
                random.nextInt(4) == 0,
                false,
                false,
                false,
                false,
                false,
                false);
    }

    Shape withStaged(boolean is) {
        return new Shape(splits, rekeys, ledger, deadly, is, calls, sequences, global, narrow, deadlines);
    }

    Shape withCalls(boolean are) {
        return new Shape(splits, rekeys, ledger, deadly, staged, are, sequences, global, narrow, deadlines);
    }

    Shape withSequences(boolean are) {
        return new Shape(splits, rekeys, ledger, deadly, staged, calls, are, global, narrow, deadlines);
    }

    Shape withGlobal(boolean is) {
        return new Shape(splits, rekeys, ledger, deadly, staged, calls, sequences, is, narrow, deadlines);
    }

    Shape withNarrowCheckpoints(boolean are) {
        return new Shape(splits, rekeys, ledger, deadly, staged, calls, sequences, global, are, deadlines);
    }

    Shape withDeadlines(boolean are) {
        return new Shape(splits, rekeys, ledger, deadly, staged, calls, sequences, global, narrow, are);
    }

    /** The stage whose operator counts. */
    String countingStage() {
        return rekeys ? Workload.ACCOUNTS : Pipeline.SOURCE_STAGE;
    }

    List<String> stages() {
        List<String> stages = new ArrayList<>(List.of(Pipeline.SOURCE_STAGE));
        if (rekeys) {
            stages.add(Workload.ACCOUNTS);
        }
        if (staged) {
            stages.add(Workload.TABLE);
        }
        if (rekeys || staged) {
            stages.add(Pipeline.COMPLETION_STAGE);
        }
        if (global) {
            stages.add(Pipeline.CLAIMS_STAGE);
        }
        return List.copyOf(stages);
    }

    /** The topics the group reads. */
    List<String> inputs() {
        return stages().stream()
                .map(stage -> switch (stage) {
                    case Pipeline.SOURCE_STAGE -> Workload.SOURCE;
                    case Workload.TABLE -> SimulatedEngine.TOPICS.staged(Workload.PIPELINE, stage);
                    default -> SimulatedEngine.TOPICS.stage(Workload.PIPELINE, stage);
                })
                .toList();
    }

    String stageOf(String input) {
        return stages().get(inputs().indexOf(input));
    }
}
