package io.waybill.pipeline;

import io.waybill.sink.TwoPhaseSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline under declaration, at a point where it carries values of type {@code T}. For one thread; each method
 * appends one operator. All mistakes are reported together by {@link #build()}.
 *
 * <p>Functions are plain Java. Effects go through sinks only: a side effect inside a function is repeated after a
 * crash.
 */
public sealed class Flow<T> permits KeyedFlow {

    static final Pattern LEGAL_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,59}");

    private static final Duration LEAST_DEADLINE = Duration.ofMillis(1);
    private static final Duration MOST_DEADLINE = Duration.ofDays(366);

    final Declaration declaration;

    Flow(Pipeline.Named pipeline, KafkaSource<T> source) {
        this.declaration = new Declaration(pipeline, source);
    }

    Flow(Declaration declaration) {
        this.declaration = declaration;
    }

    /** The same flow with values of another type. */
    <R> Flow<R> next() {
        return new Flow<>(declaration);
    }

    /** Drops messages that were seen before and records them as duplicates of the first. Directly after the source. */
    public Flow<T> deduplicate(Deduplicate choice) {
        if (choice.scope() == null) {
            declaration.problem("deduplicate", "say where a resend can arrive: add .keyLocal() or .globally()");
        }
        if (!declaration.operators.isEmpty()) {
            declaration.problem("deduplicate", "it must stand directly after the source");
        }
        declaration.deduplicationChosen("deduplicate");
        declaration.deduplicate = choice;
        return this;
    }

    /** This pipeline accepts that a message that is sent twice takes effect twice. */
    public Flow<T> withoutDeduplication() {
        declaration.deduplicationChosen("withoutDeduplication");
        return this;
    }

    /** One value for one. */
    public <R> Flow<R> map(String name, Fn<? super T, ? extends R> function) {
        Fn<Object, Object> untyped = Untyped.fn(function);
        declaration.add(new Operator.Map(name, declaration.pipeline.policy(), untyped));
        return next();
    }

    /** Lets those values pass for which the predicate holds; the others are settled here. */
    public Flow<T> filter(String name, Fn<? super T, Boolean> predicate) {
        Fn<Object, Boolean> untyped = Untyped.fn(predicate);
        declaration.add(new Operator.Filter(name, declaration.pipeline.policy(), untyped));
        return next();
    }

    /** Any number of values for one. They share one fate: all of them, or the record fails. */
    public <R> Flow<R> flatMap(String name, Fn<? super T, ? extends Iterable<? extends R>> function) {
        Fn<Object, Iterable<?>> untyped = Untyped.fn(function);
        declaration.add(new Operator.FlatMap(name, declaration.pipeline.policy(), untyped));
        return next();
    }

    /**
     * One value for one, by a function that may take its time: it asks another system. Each call has a virtual thread;
     * the task goes on with other records, and checkpoints with all, while it waits. Records of one key wait for one
     * another's calls, and take effect in their order.
     *
     * <p>What stands before it in its stage runs again when the answer is there, and is undone until then; so it must say
     * the same twice. Calls are repeated after a crash, a hand-over and on retries: the other system must bear that.
     *
     * @param function called by several threads at once, interrupted when its time is over; what it throws is judged by
     *     the operator's failure policy
     * @param options changes {@link CallOptions#DEFAULTS}
     */
    public <R> Flow<R> async(String name, Fn<? super T, ? extends R> function, UnaryOperator<CallOptions> options) {
        Fn<Object, Object> untyped = Untyped.fn(function);
        try {
            declaration.add(new Operator.Async(
                    name, declaration.pipeline.policy(), untyped, options.apply(CallOptions.DEFAULTS)));
        } catch (IllegalArgumentException outOfBounds) {
            declaration.problem(name, String.valueOf(outOfBounds.getMessage()));
        }
        return next();
    }

    /** With {@link CallOptions#DEFAULTS}. */
    public <R> Flow<R> async(String name, Fn<? super T, ? extends R> function) {
        return async(name, function, defaults -> defaults);
    }

    /**
     * Splits a message into parts, each with a fate of its own: one that fails becomes a dead letter, the others go
     * on. No part starts before the function has given all of them. It may give them one by one: parts that are too many
     * for one checkpoint are kept in the state of the task, not in memory. At most {@code waybill.engine.max-parts}.
     *
     * @param serde of the parts: a part is what its serde wrote, now and when it is edited and replayed
     */
    public <P> Flow<P> splitIntoParts(
            String name, Fn<? super T, ? extends Iterable<? extends P>> function, Serde<P> serde) {
        return split(name, function, serde, null);
    }

    /** @param label the business name of a part, by which people find it, at most 200 characters of it are kept */
    public <P> Flow<P> splitIntoParts(
            String name,
            Fn<? super T, ? extends Iterable<? extends P>> function,
            Serde<P> serde,
            Fn<? super P, String> label) {
        return split(name, function, serde, Untyped.fn(label));
    }

    private <P> Flow<P> split(
            String name,
            Fn<? super T, ? extends Iterable<? extends P>> function,
            @Nullable Serde<P> serde,
            @Nullable Fn<Object, String> label) {
        if (serde == null) {
            declaration.problem(
                    name, "it has no serde: say how its parts are written, for example Json.of(Part.class)");
            return next();
        }
        Fn<Object, Iterable<?>> untyped = Untyped.fn(function);
        declaration.add(new Operator.Split(name, declaration.pipeline.policy(), untyped, Untyped.serde(serde), label));
        return next();
    }

    /**
     * The source topic is partitioned by its records' own keys: state is kept by them as they are, and nothing is re-keyed.
     * It holds to the end of the stage. Only for the stage that reads the source.
     *
     * @param serde reads the records' keys; the state stands under their bytes
     */
    public <K> KeyedFlow<K, T> keyedBySource(Serde<K> serde) {
        if (Untyped.isMissing(serde)) {
            declaration.problem(
                    "keyedBySource", "it has no serde: say how the records' keys are read, for example Text.serde()");
        }
        return new KeyedFlow<>(declaration, serde);
    }

    /**
     * Begins a new stage: values travel by their key, so that those of one key meet in one task, in their order. They
     * are written with the serde that was declared last, the source's or the split's; after a {@code map} or
     * {@code flatMap} say which by {@link #keyBy(String, Fn, Serde, Serde)}.
     *
     * @param name of the new stage; part of topic names, so it never changes
     */
    public <K> KeyedFlow<K, T> keyBy(String name, Fn<? super T, ? extends K> key, Serde<K> keySerde) {
        return rekeyed(name, key, keySerde, declaration.serde);
    }

    /** @param serde of the values on their way to the new stage */
    public <K> KeyedFlow<K, T> keyBy(String name, Fn<? super T, ? extends K> key, Serde<K> keySerde, Serde<T> serde) {
        return rekeyed(name, key, keySerde, Untyped.isMissing(serde) ? null : Untyped.serde(serde));
    }

    private <K> KeyedFlow<K, T> rekeyed(
            String name, Fn<? super T, ? extends K> key, Serde<K> keySerde, @Nullable Serde<Object> serde) {
        if (Untyped.isMissing(keySerde)) {
            declaration.problem(
                    name, "it has no serde for its key: say how keys are written, for example Text.serde()");
        } else if (serde == null) {
            declaration.problem(name, "nobody knows how its values are written: give their serde as the last argument");
        } else {
            Fn<Object, Object> untyped = Untyped.fn(key);
            declaration.add(
                    new Operator.KeyBy(name, declaration.pipeline.policy(), untyped, Untyped.serde(keySerde), serde));
        }
        return new KeyedFlow<>(declaration, keySerde);
    }

    /** Writes each value to a topic and passes it on. */
    public Flow<T> to(String name, KafkaSink<? super T> sink) {
        if (Untyped.isMissing(sink.serde())) {
            declaration.problem(
                    name, "its sink has no serde: say how values are written, for example Json.of(Value.class)");
        }
        declaration.add(new Operator.Sink(name, declaration.pipeline.policy(), Untyped.sink(sink)));
        return this;
    }

    /**
     * Writes a row for each value to a sink that takes part in checkpoints by two phases, and passes the value on.
     *
     * @param name of the sink's fence rows and prepared transactions as well, so it never changes
     */
    public Flow<T> to(String name, TwoPhaseSink<? super T> sink) {
        declaration.add(new Operator.TwoPhase(name, declaration.pipeline.policy(), Untyped.sink(sink)));
        return this;
    }

    /**
     * Stages a row for each value, to be applied to a database, and passes the value on.
     *
     * @param name of topics and of the database's progress rows as well, so it never changes
     */
    public Flow<T> to(String name, StagedSink<? super T> sink) {
        if (Untyped.isMissing(sink.serde())) {
            declaration.problem(
                    name, "its sink has no serde: say how values are staged, for example Json.of(Value.class)");
        }
        declaration.add(new Operator.Staged(name, declaration.pipeline.policy(), Untyped.sink(sink)));
        return this;
    }

    /** For the operator just declared, instead of the pipeline's policy. */
    public Flow<T> onFailure(FailurePolicy policy) {
        declaration.policyOfLast(policy);
        return this;
    }

    /** @throws InvalidPipelineException naming every mistake */
    public Pipeline build() {
        return declaration.build();
    }

    static final class Declaration {

        final Pipeline.Named pipeline;
        private final KafkaSource<?> source;
        private final List<Operator> operators = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();
        private boolean deduplicationChosen;
        private @Nullable Deduplicate deduplicate;
        /** Of the values as they are now; null where nobody said it. */
        private @Nullable Serde<Object> serde;

        Declaration(Pipeline.Named pipeline, KafkaSource<?> source) {
            this.pipeline = pipeline;
            this.source = source;
            this.serde = Untyped.isMissing(source.serde()) ? null : Untyped.serde(source.serde());
        }

        void add(Operator operator) {
            operators.add(operator);
            switch (operator) {
                case Operator.Map map -> serde = null;
                case Operator.FlatMap flatMap -> serde = null;
                case Operator.Async async -> serde = null;
                case Operator.Split split -> serde = split.serde();
                case Operator.KeyBy keyBy -> serde = keyBy.serde();
                case Operator.Stateful stateful -> serde = null;
                case Operator.Filter filter -> {}
                case Operator.Sink sink -> {}
                case Operator.TwoPhase sink -> {}
                case Operator.Staged sink -> {}
            }
        }

        void problem(String operator, String remedy) {
            problems.add("operator '" + operator + "': " + remedy);
        }

        void deduplicationChosen(String operator) {
            if (deduplicationChosen) {
                problem(operator, "duplicates are decided once in a pipeline: remove one of the two");
            }
            deduplicationChosen = true;
        }

        void policyOfLast(FailurePolicy policy) {
            if (operators.isEmpty()) {
                problems.add(
                        "onFailure stands before the first operator: put the pipeline's own policy before from(...)");
                return;
            }
            Operator last = operators.removeLast();
            operators.add(
                    switch (last) {
                        case Operator.Map o -> new Operator.Map(o.name(), policy, o.function());
                        case Operator.Filter o -> new Operator.Filter(o.name(), policy, o.predicate());
                        case Operator.FlatMap o -> new Operator.FlatMap(o.name(), policy, o.function());
                        case Operator.Async o -> new Operator.Async(o.name(), policy, o.function(), o.options());
                        case Operator.Split o ->
                            new Operator.Split(o.name(), policy, o.function(), o.serde(), o.label());
                        case Operator.KeyBy o -> new Operator.KeyBy(o.name(), policy, o.key(), o.keySerde(), o.serde());
                        case Operator.Sink o -> new Operator.Sink(o.name(), policy, o.sink());
                        case Operator.TwoPhase o -> new Operator.TwoPhase(o.name(), policy, o.sink());
                        case Operator.Staged o -> new Operator.Staged(o.name(), policy, o.sink());
                        case Operator.Stateful o ->
                            new Operator.Stateful(o.name(), policy, o.supplier(), o.key(), o.states());
                    });
        }

        private void readers(Operator.Sink sink) {
            Set<String> readers = new HashSet<>();
            for (String reader : sink.sink().readers()) {
                if (!LEGAL_NAME.matcher(reader).matches()) {
                    problem(sink.name(), "'" + reader + "' is no name of a pipeline: continuedBy expects such names");
                }
                if (reader.equals(pipeline.name())) {
                    problem(sink.name(), "its flow would come back to its own pipeline: name another in continuedBy");
                }
                if (!readers.add(reader)) {
                    problem(sink.name(), "continuedBy names '" + reader + "' twice");
                }
            }
        }

        /** State is what the records of a key have made of it, one after the other. */
        private void unorderedBesideState() {
            boolean hasState = false;
            List<String> unordered = new ArrayList<>();
            for (int i = 0; i <= operators.size(); i++) {
                if (i == operators.size() || operators.get(i) instanceof Operator.KeyBy) {
                    if (hasState) {
                        unordered.forEach(name -> problem(
                                name,
                                "its stage keeps state by key, so its calls must keep the order of a key: remove"
                                        + " .unordered(), or put a keyBy between it and the state"));
                    }
                    hasState = false;
                    unordered.clear();
                } else if (operators.get(i) instanceof Operator.Stateful) {
                    hasState = true;
                } else if (operators.get(i) instanceof Operator.Async async
                        && !async.options().isOrdered()) {
                    unordered.add(async.name());
                }
            }
        }

        private boolean isOwnStage(String name) {
            boolean claims = deduplicate != null && deduplicate.isGlobal();
            return Pipeline.OWN_STAGES.contains(name) || (claims && name.equals(Pipeline.CLAIMS_STAGE));
        }

        Pipeline build() {
            if (!LEGAL_NAME.matcher(pipeline.name()).matches()) {
                problems.add("its name must be 1 to 60 characters [a-z0-9-]");
            }
            if (pipeline.version() < 1) {
                problems.add("its version must be at least 1, but was " + pipeline.version());
            }
            Duration deadline = pipeline.flowDeadline();
            if (deadline != null && (deadline.compareTo(LEAST_DEADLINE) < 0 || deadline.compareTo(MOST_DEADLINE) > 0)) {
                problems.add("its flowDeadline must be 1 ms to 366 days, but was " + deadline);
            }
            if (Untyped.isMissing(source.serde())) {
                problems.add("its source '" + source.topic()
                        + "' has no serde: say how values are read, for example Json.of(Value.class)");
            }
            if (!deduplicationChosen) {
                problems.add(
                        "it does not say what happens to duplicates: add .deduplicate(Deduplicate.byMessageId().keyLocal())"
                                + " or .withoutDeduplication() after the source");
            }
            unorderedBesideState();
            Set<String> names = new HashSet<>();
            for (Operator operator : operators) {
                if (!LEGAL_NAME.matcher(operator.name()).matches()) {
                    problem(operator.name(), "its name must be 1 to 60 characters [a-z0-9-]");
                }
                boolean begins = operator instanceof Operator.KeyBy || operator instanceof Operator.Staged;
                if (begins && isOwnStage(operator.name())) {
                    problem(operator.name(), "a stage of Waybill's own has this name: choose another");
                }
                if (operator instanceof Operator.Sink sink) {
                    readers(sink);
                }
                if (operator instanceof Operator.Staged
                        && operator.policy().then() == FailurePolicy.Then.DEAD_LETTER_IN_SEQUENCE) {
                    problem(
                            operator.name(),
                            "rows behind one that its database rejects do not wait for it: give this sink"
                                    + " .onFailure(deadLetter()) or .onFailure(stop())");
                }
                if (!names.add(operator.name())) {
                    problem(operator.name(), "another operator has this name: give each its own");
                }
            }
            if (!problems.isEmpty()) {
                throw InvalidPipelineException.of(pipeline.name(), problems);
            }
            return new Pipeline(
                    pipeline.name(),
                    pipeline.version(),
                    source,
                    deduplicate,
                    pipeline.policy(),
                    operators,
                    pipeline.stateChanges(),
                    pipeline.flowDeadline());
        }
    }
}
