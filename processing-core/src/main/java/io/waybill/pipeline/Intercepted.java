package io.waybill.pipeline;

import io.waybill.sink.Participant;
import io.waybill.sink.SinkScope;
import io.waybill.sink.TwoPhaseSink;
import java.util.List;

/**
 * A pipeline whose operators are watched: before each call of an operator an interceptor is asked, and what that throws
 * is as if the operator had thrown it. Names, types, policies and state are those of the pipeline. For test kits.
 */
public final class Intercepted {

    private final Interceptor interceptor;

    private Intercepted(Interceptor interceptor) {
        this.interceptor = interceptor;
    }

    /** Called by whatever thread runs the operator. */
    @FunctionalInterface
    public interface Interceptor {

        void before(String operator) throws Exception;
    }

    public static Pipeline pipeline(Pipeline pipeline, Interceptor interceptor) {
        Intercepted intercepted = new Intercepted(interceptor);
        List<Operator> operators =
                pipeline.operators().stream().map(intercepted::watched).toList();
        return new Pipeline(
                pipeline.name(),
                pipeline.version(),
                pipeline.source(),
                pipeline.deduplicate(),
                pipeline.policy(),
                operators,
                pipeline.stateChanges(),
                pipeline.flowDeadline());
    }

    private Operator watched(Operator operator) {
        return switch (operator) {
            case Operator.Map map -> new Operator.Map(map.name(), map.policy(), watched(map.name(), map.function()));
            case Operator.Filter filter ->
                new Operator.Filter(filter.name(), filter.policy(), watched(filter.name(), filter.predicate()));
            case Operator.FlatMap flatMap ->
                new Operator.FlatMap(flatMap.name(), flatMap.policy(), watched(flatMap.name(), flatMap.function()));
            case Operator.Async async ->
                new Operator.Async(
                        async.name(), async.policy(), watched(async.name(), async.function()), async.options());
            case Operator.Split split ->
                new Operator.Split(
                        split.name(),
                        split.policy(),
                        watched(split.name(), split.function()),
                        split.serde(),
                        split.label());
            case Operator.KeyBy keyBy ->
                new Operator.KeyBy(
                        keyBy.name(),
                        keyBy.policy(),
                        watched(keyBy.name(), keyBy.key()),
                        keyBy.keySerde(),
                        keyBy.serde());
            case Operator.Stateful process ->
                new Operator.Stateful(
                        process.name(),
                        process.policy(),
                        () -> new InterceptedProcess(process.supplier().get(), process.name(), interceptor),
                        process.key(),
                        process.states());
            case Operator.Sink sink ->
                new Operator.Sink(
                        sink.name(),
                        sink.policy(),
                        sink.sink()
                                .withSerde(new Watched(sink.name(), sink.sink().serde())));
            case Operator.TwoPhase sink ->
                new Operator.TwoPhase(sink.name(), sink.policy(), new WatchedSink(sink.name(), sink.sink()));
            case Operator.Staged staged ->
                new Operator.Staged(
                        staged.name(),
                        staged.policy(),
                        staged.sink()
                                .withSerde(
                                        new Watched(staged.name(), staged.sink().serde())));
        };
    }

    private <T, R> Fn<T, R> watched(String operator, Fn<T, R> function) {
        return value -> {
            interceptor.before(operator);
            return function.apply(value);
        };
    }

    /** Of a two-phase sink the binding of rows belongs to the record. */
    private final class WatchedSink implements TwoPhaseSink<Object> {

        private final String operator;
        private final TwoPhaseSink<Object> sink;

        WatchedSink(String operator, TwoPhaseSink<Object> sink) {
            this.operator = operator;
            this.sink = sink;
        }

        @Override
        public Row bind(Object value) throws Exception {
            interceptor.before(operator);
            return sink.bind(value);
        }

        @Override
        public Participant open(SinkScope scope) {
            return sink.open(scope);
        }
    }

    /** A sink begins with the serde of its values. */
    private final class Watched implements Serde<Object> {

        private final String operator;
        private final Serde<Object> serde;

        Watched(String operator, Serde<Object> serde) {
            this.operator = operator;
            this.serde = serde;
        }

        @Override
        public byte[] serialize(Object value) throws Exception {
            interceptor.before(operator);
            return serde.serialize(value);
        }

        @Override
        public Object deserialize(byte[] bytes) throws Exception {
            return serde.deserialize(bytes);
        }

        @Override
        public String format() {
            return serde.format();
        }

        @Override
        public String contentType() {
            return serde.contentType();
        }
    }
}
