package io.waybill.console.pipelines;

import io.waybill.control.PipelineView;
import io.waybill.control.PipelineView.Bound;
import io.waybill.control.PipelineView.Operator;
import io.waybill.control.PipelineView.OperatorVitals;
import io.waybill.control.PipelineView.Stage;
import io.waybill.control.PipelineView.Task;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A pipeline as it is drawn: its stages, each a chain of operators behind a topic, and what goes through them. */
public record PipelineGraph(List<StageNode> stages) {

    /**
     * @param lag records of its topic that were not taken up; null where no task of it knows
     * @param rate how many came to their end, a second
     * @param held tasks that a bound keeps from their input, in words
     */
    public record StageNode(
            String name,
            String input,
            boolean source,
            int tasks,
            @Nullable Long lag,
            String rate,
            List<String> held,
            List<OperatorNode> operators) {}

    /**
     * @param figures rate and mean time, in words
     * @param busy percent of the time of the threads that run it
     * @param width of its bar, as the attribute of an SVG
     * @param leadsTo the stage that its records go on to; null where that is none
     */
    public record OperatorNode(
            String name,
            String kind,
            String onFailure,
            String figures,
            int busy,
            String width,
            String tone,
            @Nullable String leadsTo) {}

    private static final int WARM = 50;
    private static final int HOT = 80;
    private static final int ALL = 100;

    static PipelineGraph of(PipelineView pipeline) {
        return new PipelineGraph(
                pipeline.stages().stream().map(stage -> node(pipeline, stage)).toList());
    }

    private static StageNode node(PipelineView pipeline, Stage stage) {
        List<Task> tasks = pipeline.threads().stream()
                .flatMap(thread -> thread.tasks().stream())
                .filter(task -> task.stage().equals(stage.name()))
                .toList();
        List<Long> lags = tasks.stream().map(Task::lag).filter(Objects::nonNull).toList();
        return new StageNode(
                stage.name(),
                stage.input(),
                stage.source(),
                stage.partitions(),
                lags.isEmpty() ? null : lags.stream().mapToLong(Long::longValue).sum(),
                Rates.perSecond(tasks.stream().mapToDouble(Task::perSecond).sum()),
                held(tasks, stage.partitions()),
                stage.operators().stream()
                        .map(operator -> node(pipeline, stage, operator))
                        .toList());
    }

    private static List<String> held(List<Task> tasks, int all) {
        Map<Bound, Integer> counts = new EnumMap<>(Bound.class);
        for (Task task : tasks) {
            Bound bound = task.bound();
            if (bound != null) {
                counts.merge(bound, 1, Integer::sum);
            }
        }
        List<String> held = new ArrayList<>();
        counts.forEach((bound, count) -> held.add("%s: %d of %d tasks".formatted(words(bound), count, all)));
        return held;
    }

    private static String words(Bound bound) {
        return switch (bound) {
            case WAITING_ROOM -> "waiting room full";
            case STAGED_ROWS -> "a staged sink is too far behind";
            case TARGET -> "the database does not take its rows";
            case RATE_LIMIT -> "held to its rate limit";
            case CALLS -> "as many calls in flight as may be";
        };
    }

    private static OperatorNode node(PipelineView pipeline, Stage stage, Operator operator) {
        List<OperatorVitals> vitals = pipeline.threads().stream()
                .flatMap(thread -> thread.vitals().operators().stream())
                .filter(seen ->
                        seen.stage().equals(stage.name()) && seen.operator().equals(operator.name()))
                .toList();
        double rate = vitals.stream().mapToDouble(OperatorVitals::perSecond).sum();
        double micros = vitals.stream()
                .mapToDouble(seen -> seen.perSecond() * seen.meanMicros())
                .sum();
        int busy = (int) Math.round(
                vitals.stream().mapToInt(OperatorVitals::busy).average().orElse(0));
        String figures = Rates.perSecond(rate) + (rate == 0 ? "" : ", " + Rates.micros(micros / rate) + " each");
        boolean leads = pipeline.stages().stream()
                .anyMatch(other -> !other.equals(stage) && other.name().equals(operator.name()));
        return new OperatorNode(
                operator.name(),
                operator.kind(),
                operator.onFailure(),
                figures,
                busy,
                Math.min(ALL, busy) + "%",
                busy >= HOT ? "bad" : busy >= WARM ? "warn" : "good",
                leads ? operator.name() : null);
    }
}
