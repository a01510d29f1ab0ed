/**
 * Rows per second of each sink against plain batches of the same rows, side by side.
 * {@link io.waybill.benchmarks.sinks.SinksBenchmark} is the one way in.
 */
@NullMarked
package io.waybill.benchmarks.sinks;

import org.jspecify.annotations.NullMarked;
