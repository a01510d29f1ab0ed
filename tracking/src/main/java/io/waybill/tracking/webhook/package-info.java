/**
 * Results of flows as HTTP requests to other systems. In: the results on the log, taken over into a table by one transaction with the
 * position (R12). Out: signed requests to configured targets, at least once each, and what became of them. Called by Spring Boot and
 * the REST API.
 */
@NullMarked
package io.waybill.tracking.webhook;

import org.jspecify.annotations.NullMarked;
