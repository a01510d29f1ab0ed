package io.waybill.testkit;

import io.waybill.format.Topics;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Serde;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parts of a pipeline by their names, and the topics that belong to them. */
record Names(Pipeline pipeline, Topics topics) {

    /** @param input the topic it reads */
    record Stage(String name, String input) {}

    KafkaSource<?> source() {
        return pipeline.source();
    }

    /** In the order in which records pass them; then those of staged sinks, then Waybill's own. */
    List<Stage> stages() {
        List<Stage> stages = new ArrayList<>();
        stages.add(new Stage(Pipeline.SOURCE_STAGE, source().topic()));
        for (Operator operator : pipeline.operators()) {
            if (operator instanceof Operator.KeyBy keyBy) {
                stages.add(stage(keyBy.name()));
            }
        }
        for (Operator operator : pipeline.operators()) {
            if (operator instanceof Operator.Staged staged) {
                stages.add(new Stage(staged.name(), topics.staged(pipeline.name(), staged.name())));
            }
        }
        if (stages.size() > 1) {
            stages.add(stage(Pipeline.COMPLETION_STAGE));
        }
        if (pipeline.isDeduplicatedGlobally()) {
            stages.add(stage(Pipeline.CLAIMS_STAGE));
        }
        return stages;
    }

    /** The stage in which an operator runs. */
    Stage stageOf(Operator of) {
        Stage current = new Stage(Pipeline.SOURCE_STAGE, source().topic());
        for (Operator operator : pipeline.operators()) {
            if (operator.equals(of)) {
                return current;
            }
            if (operator instanceof Operator.KeyBy keyBy) {
                current = stage(keyBy.name());
            }
        }
        throw new IllegalArgumentException("operator '" + of.name() + "' is of another pipeline");
    }

    private Stage stage(String name) {
        return new Stage(name, topics.stage(pipeline.name(), name));
    }

    String changelog(Stage stage) {
        return topics.changelog(pipeline.name(), stage.name());
    }

    String replays(String stage) {
        return topics.replays(pipeline.name(), stage);
    }

    Operator operator(String name) {
        return pipeline.operators().stream()
                .filter(operator -> operator.name().equals(name))
                .findFirst()
                .orElseThrow(() -> PipelineTestException.unknown(
                        "operator",
                        name,
                        pipeline.operators().stream().map(Operator::name).toList()));
    }

    Operator.Sink sink(String name) {
        List<Operator.Sink> sinks = sinks();
        return sinks.stream()
                .filter(sink -> sink.name().equals(name))
                .findFirst()
                .orElseThrow(() -> PipelineTestException.unknown(
                        "sink", name, sinks.stream().map(Operator.Sink::name).toList()));
    }

    List<Operator.Sink> sinks() {
        return pipeline.operators().stream()
                .filter(Operator.Sink.class::isInstance)
                .map(Operator.Sink.class::cast)
                .toList();
    }

    Operator.Stateful stateful(String name) {
        List<Operator.Stateful> all = pipeline.operators().stream()
                .filter(Operator.Stateful.class::isInstance)
                .map(Operator.Stateful.class::cast)
                .toList();
        return all.stream()
                .filter(operator -> operator.name().equals(name))
                .findFirst()
                .orElseThrow(() -> PipelineTestException.unknown(
                        "keyed operator",
                        name,
                        all.stream().map(Operator.Stateful::name).toList()));
    }

    /** What a keyed operator of the first stage reads the source's keys with. */
    Optional<Serde<Object>> sourceKey() {
        return pipeline.operators().stream()
                .takeWhile(operator -> !(operator instanceof Operator.KeyBy))
                .filter(Operator.Stateful.class::isInstance)
                .map(operator -> ((Operator.Stateful) operator).key())
                .findFirst();
    }

    /** What records of a stage are written with at an entry: empty for its input, else the name of a split. */
    Serde<?> serdeAt(String stage, String entry) {
        for (Operator operator : pipeline.operators()) {
            if (operator instanceof Operator.Split split && split.name().equals(entry)) {
                return split.serde();
            }
            if (operator instanceof Operator.KeyBy keyBy
                    && entry.isEmpty()
                    && keyBy.name().equals(stage)) {
                return keyBy.serde();
            }
            if (operator instanceof Operator.Staged staged
                    && entry.isEmpty()
                    && staged.name().equals(stage)) {
                return staged.sink().serde();
            }
        }
        return source().serde();
    }
}
