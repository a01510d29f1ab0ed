/**
 * The port to a sink that takes part in checkpoints by two phases. In: rows of records that settled, with the checkpoint
 * that holds them. Out: the same rows, visible exactly once, when and only when that checkpoint is committed. The engine
 * calls it, on the thread that processes; teams implement {@link io.waybill.sink.TwoPhaseSink} and run the contract test
 * of the test kit on it.
 */
@NullMarked
package io.waybill.sink;

import org.jspecify.annotations.NullMarked;
