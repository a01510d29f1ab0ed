/**
 * Dead letters as the engine decided them. In: the dead-letters topic. Out: rows of {@code waybill.dead_letter},
 * {@code dead_letter_event} and {@code replay_outcome}. Merges by (attempt, rank), so that order and repetition do not
 * matter; decides nothing (I2).
 */
@NullMarked
package io.waybill.deadletters.projection;

import org.jspecify.annotations.NullMarked;
