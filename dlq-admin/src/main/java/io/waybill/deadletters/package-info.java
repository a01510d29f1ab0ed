/**
 * Dead letters, for people. In: what the engine captured, from the log; edits and orders from people. Out: revisions
 * and replays; a replay leaves for the log through an outbox. The life of a dead letter stands in one transition
 * table.
 */
@NullMarked
package io.waybill.deadletters;

import org.jspecify.annotations.NullMarked;
