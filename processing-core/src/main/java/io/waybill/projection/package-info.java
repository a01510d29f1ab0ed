/**
 * Following the log from outside the engine (I2). In: committed records of Waybill's topics. Out: calls of a
 * {@link io.waybill.projection.Projection}, which applies each record exactly once by proving its turn (R12). Used by
 * tracking and dead-letter administration.
 */
@NullMarked
package io.waybill.projection;

import org.jspecify.annotations.NullMarked;
