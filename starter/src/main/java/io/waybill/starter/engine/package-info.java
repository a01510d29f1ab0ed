/**
 * Runs the application's {@link io.waybill.pipeline.Pipeline} beans: checks them at start, gives each its processing
 * threads, stops them in order.
 */
@NullMarked
package io.waybill.starter.engine;

import org.jspecify.annotations.NullMarked;
