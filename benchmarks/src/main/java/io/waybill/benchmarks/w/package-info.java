/**
 * Workload W, side by side: one broker, one input, and one JVM for each system under test, one after the other.
 * {@link io.waybill.benchmarks.w.WorkloadW} is the one way in.
 */
@NullMarked
package io.waybill.benchmarks.w;

import org.jspecify.annotations.NullMarked;
