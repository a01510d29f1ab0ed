package io.waybill.engine;

import io.waybill.format.v1.OperatorShape;
import io.waybill.format.v1.StageShape;
import io.waybill.pipeline.Backoff;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.Operator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A pipeline as its threads describe it on the log: stages, operators, failure policies in words. */
final class Shapes {

    private Shapes() {}

    static List<StageShape> of(PipelinePlan plan) {
        List<StageShape> stages = new ArrayList<>();
        for (StagePlan stage : plan.stages()) {
            StageShape.Builder shape = StageShape.newBuilder()
                    .setName(stage.stage())
                    .setInput(stage.input().name())
                    .setPartitions(stage.input().partitions())
                    .setReplays(stage.replays().name())
                    .setSource(stage.feed() instanceof Feed.Source);
            stage.chain().operators().forEach(operator -> shape.addOperators(of(operator)));
            stages.add(shape.build());
        }
        return List.copyOf(stages);
    }

    private static OperatorShape of(Operator operator) {
        return OperatorShape.newBuilder()
                .setName(operator.name())
                .setKind(kind(operator))
                .setOnFailure(words(operator.policy()))
                .build();
    }

    private static String kind(Operator operator) {
        return switch (operator) {
            case Operator.Map map -> "map";
            case Operator.Filter filter -> "filter";
            case Operator.FlatMap flatMap -> "flat map";
            case Operator.Async async -> "call of another system";
            case Operator.Split split -> "split into parts";
            case Operator.KeyBy keyBy -> "key by";
            case Operator.Sink sink -> "sink to " + sink.sink().topic();
            case Operator.TwoPhase sink -> "two-phase sink";
            case Operator.Staged sink -> "staged sink";
            case Operator.Stateful stateful -> "keyed state";
        };
    }

    static String words(FailurePolicy policy) {
        String then = switch (policy.then()) {
            case DEAD_LETTER -> "dead letter";
            case DEAD_LETTER_IN_SEQUENCE -> "dead letter in sequence";
            case STOP -> "stop";
        };
        return policy.retries() == 0
                ? then
                : "%d %s (%s), then %s"
                        .formatted(
                                policy.retries(),
                                policy.retries() == 1 ? "retry" : "retries",
                                words(policy.backoff()),
                                then);
    }

    private static String words(Backoff backoff) {
        String delays = backoff.factor() == 1
                ? "every " + words(backoff.initial())
                : words(backoff.initial()) + " to " + words(backoff.max());
        return backoff.jitter() == 0 ? delays : delays + ", less up to %.0f %%".formatted(100 * backoff.jitter());
    }

    private static String words(Duration time) {
        long millis = time.toMillis();
        if (millis % 1_000 != 0) {
            return millis + " ms";
        }
        return millis % 60_000 == 0 ? millis / 60_000 + " min" : millis / 1_000 + " s";
    }
}
