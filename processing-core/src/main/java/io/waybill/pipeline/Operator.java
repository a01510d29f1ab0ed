package io.waybill.pipeline;

import io.waybill.sink.TwoPhaseSink;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One step of a pipeline. Values travel as {@code Object} from here on; {@link Flow} made sure of their types.
 * Operators hold no state but what a {@link Stateful} declares, and are called by one thread at a time per task, by several
 * tasks at once.
 */
public sealed interface Operator {

    /** Unique in its pipeline and stable across versions: names dead letters, metrics and the node of the graph. */
    String name();

    FailurePolicy policy();

    record Map(String name, FailurePolicy policy, Fn<Object, Object> function) implements Operator {}

    record Filter(String name, FailurePolicy policy, Fn<Object, Boolean> predicate) implements Operator {}

    record FlatMap(String name, FailurePolicy policy, Fn<Object, Iterable<?>> function) implements Operator {}

    /** @param label the business name of a part; null where none is declared */
    record Split(
            String name,
            FailurePolicy policy,
            Fn<Object, Iterable<?>> function,
            Serde<Object> serde,
            @Nullable Fn<Object, String> label)
            implements Operator {}

    /**
     * Ends a stage: its values travel by key through a topic of Waybill's own to the next one, which has this name.
     *
     * @param serde of the values on that topic: what it wrote is what the next stage reads, a dead letter of that stage
     *     holds and a person edits
     */
    record KeyBy(String name, FailurePolicy policy, Fn<Object, Object> key, Serde<Object> keySerde, Serde<Object> serde)
            implements Operator {}

    /** Its function is called beside the task's thread: while it has not returned nothing of the record has happened. */
    record Async(String name, FailurePolicy policy, Fn<Object, Object> function, CallOptions options)
            implements Operator {}

    record Sink(String name, FailurePolicy policy, KafkaSink<Object> sink) implements Operator {}

    /** Its rows become visible with the checkpoint, in a system beside the log. */
    record TwoPhase(String name, FailurePolicy policy, TwoPhaseSink<Object> sink) implements Operator {}

    /** Its rows are staged in the log, for a stage of its own that has this name and applies them to a database. */
    record Staged(String name, FailurePolicy policy, StagedSink<Object> sink) implements Operator {}

    /**
     * Keyed state. Each task has its own instance.
     *
     * @param key reads the key of the stage's records
     * @param states what the operator declares
     */
    record Stateful(
            String name,
            FailurePolicy policy,
            Supplier<? extends KeyedProcess<Object, Object, Object>> supplier,
            Serde<Object> key,
            List<StateDeclaration> states)
            implements Operator {

        public Stateful {
            states = List.copyOf(states);
        }
    }
}
