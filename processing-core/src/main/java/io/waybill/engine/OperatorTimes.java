package io.waybill.engine;

import io.waybill.pipeline.Operator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures the operators of a task. Up to a thousand runs a second all are measured; where there are more, every second,
 * third … one, so that the clock is not asked more often. One thread.
 */
final class OperatorTimes {

    private static final long MEASURED_A_SECOND = 1_000;

    private final InstantSource clock;
    private final List<Operator> operators;
    private final long[] calls;
    private final long[] nanos;
    private int stride = 1;
    private long runs;

    OperatorTimes(InstantSource clock, List<Operator> operators) {
        this.clock = clock;
        this.operators = operators;
        this.calls = new long[operators.size()];
        this.nanos = new long[operators.size()];
    }

    /** For the run that begins; null where that one is not measured. */
    @Nullable
    Laps next() {
        return runs++ % stride == 0 ? new Laps(clock, operators.size(), stride) : null;
    }

    void add(Laps over) {
        for (int i = 0; i < calls.length; i++) {
            calls[i] += over.calls(i);
            nanos[i] += over.nanos(i);
        }
    }

    /** Since it was asked last, which is about a second ago. */
    List<OperatorFigures> drained() {
        List<OperatorFigures> figures = new ArrayList<>(calls.length);
        for (int i = 0; i < calls.length; i++) {
            figures.add(new OperatorFigures(operators.get(i).name(), calls[i], Duration.ofNanos(nanos[i])));
            calls[i] = 0;
            nanos[i] = 0;
        }
        stride = (int) Math.min(Integer.MAX_VALUE, 1 + runs / MEASURED_A_SECOND);
        runs = 0;
        return figures;
    }
}
