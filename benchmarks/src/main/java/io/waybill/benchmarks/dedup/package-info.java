/** The duplicate store alone, in this process, with many ids present. */
@NullMarked
package io.waybill.benchmarks.dedup;

import org.jspecify.annotations.NullMarked;
