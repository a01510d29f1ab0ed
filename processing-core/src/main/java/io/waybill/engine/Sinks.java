package io.waybill.engine;

import io.waybill.pipeline.Operator;
import io.waybill.sink.SinkScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The participants of one life, in the order of their operators. None where the pipeline has no two-phase sink. */
final class Sinks implements AutoCloseable {

    private final Map<String, SinkSeat> seats = new LinkedHashMap<>();

    Sinks(PipelinePlan plan) {
        for (StagePlan stage : plan.stages()) {
            for (Operator.TwoPhase operator : stage.sinks()) {
                SinkScope scope = new SinkScope(plan.group(), operator.name());
                seats.put(
                        operator.name(),
                        new SinkSeat(stage, scope, operator.sink().open(scope)));
            }
        }
    }

    boolean isEmpty() {
        return seats.isEmpty();
    }

    List<SinkSeat> all() {
        return List.copyOf(seats.values());
    }

    /** Those that this stage's tasks write to. */
    List<SinkSeat> of(StagePlan stage) {
        return seats.values().stream()
                .filter(seat -> seat.stage().stage().equals(stage.stage()))
                .toList();
    }

    SinkSeat named(String sink) {
        return Objects.requireNonNull(seats.get(sink), sink);
    }

    /** The checkpoint is undone and this life goes on. */
    void discard() {
        seats.values().forEach(SinkSeat::discard);
    }

    @Override
    public void close() {
        Closing.all(new ArrayList<>(seats.values()));
    }
}
