package io.waybill.pipeline;

import io.waybill.sink.TwoPhaseSink;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A flow whose records have a key and stand in the partition of their key, so that operators can keep state for it. It
 * stays keyed until the stage ends, whatever becomes of the values.
 */
public final class KeyedFlow<K, T> extends Flow<T> {

    private final Serde<K> key;

    KeyedFlow(Declaration declaration, Serde<K> key) {
        super(declaration);
        this.key = key;
    }

    @Override
    <R> KeyedFlow<K, R> next() {
        return new KeyedFlow<>(declaration, key);
    }

    /**
     * Runs a keyed operator, with state.
     *
     * @param supplier gives a new instance each time, one for each task
     */
    public <R> KeyedFlow<K, R> process(
            String name, Supplier<? extends KeyedProcess<? super K, ? super T, ? extends R>> supplier) {
        Supplier<KeyedProcess<Object, Object, Object>> untyped = Untyped.process(supplier);
        List<StateDeclaration> states = StateDeclarations.of(name, untyped, declaration);
        declaration.add(
                new Operator.Stateful(name, declaration.pipeline.policy(), untyped, Untyped.serde(key), states));
        return next();
    }

    @Override
    public <L> KeyedFlow<L, T> keyedBySource(Serde<L> serde) {
        declaration.problem("keyedBySource", "the flow is keyed already: remove one of the two");
        return new KeyedFlow<>(declaration, serde);
    }

    @Override
    public KeyedFlow<K, T> deduplicate(Deduplicate choice) {
        super.deduplicate(choice);
        return this;
    }

    @Override
    public KeyedFlow<K, T> withoutDeduplication() {
        super.withoutDeduplication();
        return this;
    }

    @Override
    public <R> KeyedFlow<K, R> map(String name, Fn<? super T, ? extends R> function) {
        super.map(name, function);
        return next();
    }

    @Override
    public KeyedFlow<K, T> filter(String name, Fn<? super T, Boolean> predicate) {
        super.filter(name, predicate);
        return this;
    }

    @Override
    public <R> KeyedFlow<K, R> flatMap(String name, Fn<? super T, ? extends Iterable<? extends R>> function) {
        super.flatMap(name, function);
        return next();
    }

    @Override
    public <R> KeyedFlow<K, R> async(
            String name, Fn<? super T, ? extends R> function, UnaryOperator<CallOptions> options) {
        super.async(name, function, options);
        return next();
    }

    @Override
    public <R> KeyedFlow<K, R> async(String name, Fn<? super T, ? extends R> function) {
        super.async(name, function);
        return next();
    }

    @Override
    public <P> KeyedFlow<K, P> splitIntoParts(
            String name, Fn<? super T, ? extends Iterable<? extends P>> function, Serde<P> serde) {
        super.splitIntoParts(name, function, serde);
        return next();
    }

    @Override
    public <P> KeyedFlow<K, P> splitIntoParts(
            String name,
            Fn<? super T, ? extends Iterable<? extends P>> function,
            Serde<P> serde,
            Fn<? super P, String> label) {
        super.splitIntoParts(name, function, serde, label);
        return next();
    }

    @Override
    public KeyedFlow<K, T> to(String name, KafkaSink<? super T> sink) {
        super.to(name, sink);
        return this;
    }

    @Override
    public KeyedFlow<K, T> to(String name, TwoPhaseSink<? super T> sink) {
        super.to(name, sink);
        return this;
    }

    @Override
    public KeyedFlow<K, T> to(String name, StagedSink<? super T> sink) {
        super.to(name, sink);
        return this;
    }

    @Override
    public KeyedFlow<K, T> onFailure(FailurePolicy policy) {
        super.onFailure(policy);
        return this;
    }
}
