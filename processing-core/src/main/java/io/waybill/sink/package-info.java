/**
 * The ports to sinks beside the log. Teams implement them and run the contract tests of the test kit on what they made.
 *
 * <p>One is that to a sink that takes part in checkpoints by two phases. In: rows of records that settled, with the checkpoint
 * that holds them. Out: the same rows, visible exactly once, when and only when that checkpoint is committed. The engine
 * calls it, on the thread that processes ({@link io.waybill.sink.TwoPhaseSink}).
 *
 * <p>The other is that to a database to which staged rows are applied ({@link io.waybill.sink.StagedTarget}). In: rows as
 * they stand in the log. Out: the same rows, each once, and how far they are. Operators' threads call it.
 */
@NullMarked
package io.waybill.sink;

import org.jspecify.annotations.NullMarked;
