/**
 * The port to the log: what the engine, the intake and every reader of outcomes need of Kafka, and no more. Two
 * adapters: {@code io.waybill.log.kafka} and the simulated log of the test kit. Both pass the same contract test.
 *
 * <p>Values are Kafka's own ({@code TopicPartition}, {@code ConsumerRecord}, {@code OffsetAndMetadata}) and failures
 * are Kafka's own exceptions, since the Kafka transaction <em>is</em> the commit record (I1) and the protocol's rules
 * are about exactly these exceptions.
 */
@NullMarked
package io.waybill.log;

import org.jspecify.annotations.NullMarked;
