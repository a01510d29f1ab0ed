package io.waybill.testkit;

import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Pipeline;

/** A pipeline without those that continue its flows: they are not here, so its flows end at its own sinks. */
final class Alone {

    private Alone() {}

    static Pipeline of(Pipeline pipeline) {
        return new Pipeline(
                pipeline.name(),
                pipeline.version(),
                pipeline.source(),
                pipeline.deduplicate(),
                pipeline.policy(),
                pipeline.operators().stream().map(Alone::of).toList(),
                pipeline.stateChanges(),
                pipeline.flowDeadline());
    }

    private static Operator of(Operator operator) {
        return operator instanceof Operator.Sink sink
                ? new Operator.Sink(sink.name(), sink.policy(), sink.sink().continuedByNobody())
                : operator;
    }
}
