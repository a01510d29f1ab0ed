/**
 * The REST API of flows and incidents. In: requests of scripts and tools. Out: JSON; errors as problems of RFC 9457 with
 * a stable {@code code}. Who may call is the application's security's concern.
 */
@NullMarked
package io.waybill.tracking.rest;

import org.jspecify.annotations.NullMarked;
