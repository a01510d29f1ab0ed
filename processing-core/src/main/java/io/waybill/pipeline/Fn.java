package io.waybill.pipeline;

/** A function of an operator; may throw anything, which the operator's failure policy then judges. */
@FunctionalInterface
public interface Fn<T, R> {

    R apply(T value) throws Exception;
}
