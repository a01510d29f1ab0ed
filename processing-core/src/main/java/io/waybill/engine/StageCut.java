package io.waybill.engine;

import io.waybill.format.Topics;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Serde;
import java.util.ArrayList;
import java.util.List;

/**
 * The operators between two re-keyings, before any topic is known.
 *
 * @param input the topic it reads
 * @param operators the last of them may be the {@code keyBy} that ends the stage
 */
record StageCut(String stage, Feed feed, String input, List<Operator> operators) {

    StageCut {
        operators = List.copyOf(operators);
    }

    /**
     * In the order in which records pass them, then one for each staged sink. The stage in which flows become whole follows
     * where there is more than one, or other pipelines continue flows, or where it was so once. The stage of claims is last.
     */
    static List<StageCut> of(Pipeline pipeline, Topics topics, boolean hadCompletion) {
        List<StageCut> cuts = new ArrayList<>();
        String stage = Pipeline.SOURCE_STAGE;
        Feed feed = new Feed.Source(pipeline.source());
        String input = pipeline.source().topic();
        List<Operator> operators = new ArrayList<>();
        for (Operator operator : pipeline.operators()) {
            operators.add(operator);
            if (operator instanceof Operator.KeyBy keyBy) {
                cuts.add(new StageCut(stage, feed, input, operators));
                stage = keyBy.name();
                feed = new Feed.Rekeyed(keyBy);
                input = topics.stage(pipeline.name(), stage);
                operators.clear();
            }
        }
        cuts.add(new StageCut(stage, feed, input, operators));
        for (Operator operator : pipeline.operators()) {
            if (operator instanceof Operator.Staged staged) {
                String rows = topics.staged(pipeline.name(), staged.name());
                cuts.add(new StageCut(staged.name(), new Feed.Staged(staged), rows, List.of()));
            }
        }
        if (cuts.size() > 1 || hadCompletion || continues(pipeline)) {
            String completion = Pipeline.COMPLETION_STAGE;
            cuts.add(new StageCut(
                    completion, new Feed.FlowChanges(), topics.stage(pipeline.name(), completion), List.of()));
        }
        if (pipeline.isDeduplicatedGlobally()) {
            String claims = Pipeline.CLAIMS_STAGE;
            cuts.add(new StageCut(claims, new Feed.Claims(), topics.stage(pipeline.name(), claims), List.of()));
        }
        return cuts;
    }

    private static boolean continues(Pipeline pipeline) {
        return pipeline.operators().stream()
                .anyMatch(operator -> operator instanceof Operator.Sink sink
                        && !sink.sink().readers().isEmpty());
    }

    /** Reads what the input carries. Nothing else is ever read of the stage in which flows become whole. */
    Serde<?> serde(Pipeline pipeline) {
        return switch (feed) {
            case Feed.Rekeyed rekeyed -> rekeyed.keyBy().serde();
            case Feed.Staged staged -> staged.operator().sink().serde();
            case Feed.Source source -> source.source().serde();
            case Feed.FlowChanges changes -> pipeline.source().serde();
            case Feed.Claims claims -> pipeline.source().serde();
        };
    }

    /** Whose failure it is where the input cannot be read. */
    String reader() {
        return switch (feed) {
            case Feed.Rekeyed rekeyed -> rekeyed.keyBy().name();
            case Feed.Staged staged -> staged.operator().name();
            case Feed.Source source -> OperatorFailure.SOURCE;
            case Feed.FlowChanges changes -> OperatorFailure.SOURCE;
            case Feed.Claims claims -> OperatorFailure.SOURCE;
        };
    }

    FailurePolicy policy(Pipeline pipeline) {
        return switch (feed) {
            case Feed.Rekeyed rekeyed -> rekeyed.keyBy().policy();
            case Feed.Staged staged -> staged.operator().policy();
            case Feed.Source source -> pipeline.policy();
            case Feed.FlowChanges changes -> pipeline.policy();
            case Feed.Claims claims -> pipeline.policy();
        };
    }
}
