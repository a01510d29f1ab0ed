/**
 * The log on Apache Kafka, by its own clients (classic group protocol, eager sticky assignment, read committed). {@link
 * io.waybill.log.kafka.KafkaLog} is the one way in; whoever composes an application makes it from {@link
 * io.waybill.log.kafka.KafkaLogOptions}, all others see the port only.
 */
@NullMarked
package io.waybill.log.kafka;

import org.jspecify.annotations.NullMarked;
