/**
 * Reading dead letters. In: filters and cursors. Out: the views of {@link io.waybill.deadletters.DeadLetters}, straight
 * from Postgres.
 */
@NullMarked
package io.waybill.deadletters.query;

import org.jspecify.annotations.NullMarked;
