package io.waybill.engine;

import io.waybill.pipeline.Operator;
import java.util.Iterator;

/**
 * A split that has not given all its parts.
 *
 * @param index of the operator in its chain
 */
record Splitting(Operator.Split operator, int index, Iterator<?> parts) {}
