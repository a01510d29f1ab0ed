/** How long a task that lost its disk takes to have its state back: Kafka, engine and RocksDB on their real path. */
@NullMarked
package io.waybill.benchmarks.restore;

import org.jspecify.annotations.NullMarked;
