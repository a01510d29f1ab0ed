/**
 * The engine: executes pipelines exactly once. In: records of source topics, replay commands, control commands. Out:
 * checkpoints, each one Kafka transaction that holds outputs, changelog, outcomes, dead letters, results and source
 * offsets (I1). Talks to the world through ports only: {@code io.waybill.log}, {@code io.waybill.store}, a clock,
 * randomness and a stop signal, so that the whole of it runs under the deterministic simulation.
 *
 * <p>How a record flows: {@code ProcessingThread} polls → {@code Task} queues it → {@code RecordRun} runs it through
 * the {@code OperatorChain}, record by record and part by part, each in a {@code RecordScope} → {@code Settlement}
 * says what became of its flow → {@code Checkpoint} takes the {@code Effects} and commits them → the task's store.
 * Called by: the starter (threads), the test kit (simulation).
 */
@NullMarked
package io.waybill.engine;

import org.jspecify.annotations.NullMarked;
