/**
 * Rows of a PostgreSQL table that become visible with the checkpoint that holds them: two-phase commit by {@code PREPARE
 * TRANSACTION}, fenced by a row for each source partition (R4).
 */
@NullMarked
package io.waybill.sinks.postgres;

import org.jspecify.annotations.NullMarked;
