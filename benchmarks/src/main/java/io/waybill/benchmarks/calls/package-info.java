/**
 * Calls of another system that take 10 ms, at most 1,000 at once, in the order of each key, by Waybill and by Confluent's
 * Parallel Consumer: {@link io.waybill.benchmarks.calls.CallsBenchmark}.
 */
@NullMarked
package io.waybill.benchmarks.calls;

import org.jspecify.annotations.NullMarked;
