/**
 * Where people put dead letters right. In: edits and orders. Out: rows of {@code waybill.dead_letter_revision} and
 * {@code waybill.replay}, primary data, by JPA; the outbox takes them to the log. Whoever changes a dead letter holds
 * its row, so of two who race one wins and the other is told.
 */
@NullMarked
package io.waybill.deadletters.desk;

import org.jspecify.annotations.NullMarked;
