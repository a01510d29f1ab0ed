/** The job on spring-kafka, as its reference documentation writes consume-process-produce with a database: an inbox table and a Kafka transaction. */
@NullMarked
package io.waybill.crash.peer.spring;

import org.jspecify.annotations.NullMarked;
