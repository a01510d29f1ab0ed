/**
 * The Spring Boot starter's foundations: properties, the log, the names of topics. In: Spring's ordinary Kafka
 * connection and {@code waybill.*} properties. Out: beans that engine, intake, tracking and dead-letter
 * administration share.
 */
@NullMarked
package io.waybill.starter;

import org.jspecify.annotations.NullMarked;
