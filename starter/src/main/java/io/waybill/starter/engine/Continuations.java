package io.waybill.starter.engine;

import io.waybill.pipeline.InvalidPipelineException;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether the pipelines of one application can continue one another's flows as they say. Those of other applications
 * cannot be seen here.
 */
final class Continuations {

    private final Map<String, Pipeline> pipelines = new TreeMap<>();

    private Continuations(Collection<Pipeline> pipelines) {
        pipelines.forEach(pipeline -> this.pipelines.put(pipeline.name(), pipeline));
    }

    /** @throws InvalidPipelineException where a reader reads another topic, or a flow would come back */
    static void check(Collection<Pipeline> pipelines) {
        Continuations all = new Continuations(pipelines);
        all.pipelines.values().forEach(pipeline -> all.check(pipeline));
    }

    private void check(Pipeline pipeline) {
        List<String> problems = new ArrayList<>();
        for (Operator.Sink sink : sinks(pipeline)) {
            KafkaSink<Object> to = sink.sink();
            for (String name : to.readers()) {
                Pipeline reader = pipelines.get(name);
                if (reader != null && !reader.source().topic().equals(to.topic())) {
                    problems.add("operator '%s': continuedBy names '%s', which reads '%s' and not '%s'"
                            .formatted(sink.name(), name, reader.source().topic(), to.topic()));
                }
            }
        }
        List<String> circle = circle(pipeline, List.of());
        if (circle != null) {
            problems.add("its flows would come back to it by way of %s: take one continuedBy out of the circle"
                    .formatted(circle));
        }
        if (!problems.isEmpty()) {
            throw InvalidPipelineException.of(pipeline.name(), problems);
        }
    }

    /** The way back to the first of them; null where there is none. */
    private @Nullable List<String> circle(Pipeline at, List<String> way) {
        if (way.contains(at.name())) {
            return way.getFirst().equals(at.name()) ? way : null;
        }
        List<String> further = new ArrayList<>(way);
        further.add(at.name());
        for (Operator.Sink sink : sinks(at)) {
            for (String name : sink.sink().readers()) {
                Pipeline reader = pipelines.get(name);
                List<String> circle = reader == null ? null : circle(reader, further);
                if (circle != null) {
                    return circle;
                }
            }
        }
        return null;
    }

    private static List<Operator.Sink> sinks(Pipeline pipeline) {
        return pipeline.operators().stream()
                .filter(Operator.Sink.class::isInstance)
                .map(Operator.Sink.class::cast)
                .toList();
    }
}
