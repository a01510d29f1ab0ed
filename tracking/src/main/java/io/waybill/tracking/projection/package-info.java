/**
 * Writes what the log says into Postgres, each record once. In: batches of one partition of the outcomes or incidents
 * topic. Out: rows of the tracking schema, in one database transaction whose first statement is the position (R12).
 * Called by {@link io.waybill.projection.Projector}; everything that reads the rows is in {@code query}.
 */
@NullMarked
package io.waybill.tracking.projection;

import org.jspecify.annotations.NullMarked;
