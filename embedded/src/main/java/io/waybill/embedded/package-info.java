/**
 * A real Kafka broker and a real Postgres beside the application, on loopback, with their data in a folder that
 * survives restarts and kill -9. Tests start them by {@link io.waybill.embedded.EmbeddedKafka} and {@link
 * io.waybill.embedded.EmbeddedPostgres}; a Spring application sets {@code waybill.embedded.enabled=true} and finds them
 * behind Boot's ordinary connection details. Nothing else of Waybill knows that its servers are embedded.
 */
@NullMarked
package io.waybill.embedded;

import org.jspecify.annotations.NullMarked;
