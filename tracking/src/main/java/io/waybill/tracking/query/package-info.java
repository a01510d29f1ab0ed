/**
 * Reads what the projections wrote. In: the questions of console and REST. Out: views and pages. Never writes to the
 * database; an order to the engine goes to the log.
 */
@NullMarked
package io.waybill.tracking.query;

import org.jspecify.annotations.NullMarked;
