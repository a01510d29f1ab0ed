package io.waybill.pipeline;

import io.waybill.sink.TwoPhaseSink;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one place where a declaration's types are forgotten: {@link Flow} has proven them. */
@SuppressWarnings("unchecked")
final class Untyped {

    private Untyped() {}

    static <R> Fn<Object, R> fn(Fn<?, ? extends R> function) {
        return (Fn<Object, R>) function;
    }

    static Serde<Object> serde(Serde<?> serde) {
        return (Serde<Object>) serde;
    }

    static KafkaSink<Object> sink(KafkaSink<?> sink) {
        return (KafkaSink<Object>) sink;
    }

    static StagedSink<Object> sink(StagedSink<?> sink) {
        return (StagedSink<Object>) sink;
    }

    static TwoPhaseSink<Object> sink(TwoPhaseSink<?> sink) {
        return (TwoPhaseSink<Object>) sink;
    }

    static Supplier<KeyedProcess<Object, Object, Object>> process(Supplier<? extends KeyedProcess<?, ?, ?>> supplier) {
        return (Supplier<KeyedProcess<Object, Object, Object>>) supplier;
    }

    /** Teams without null checks can still pass null. */
    static boolean isMissing(@Nullable Serde<?> serde) {
        return serde == null;
    }
}
