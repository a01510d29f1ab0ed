/**
 * What benchmarks share that run systems side by side: one broker, a JVM for each contender one after the other, the watch
 * that follows them by their committed offsets, and the report.
 */
@NullMarked
package io.waybill.benchmarks.contest;

import org.jspecify.annotations.NullMarked;
