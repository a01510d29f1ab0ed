/**
 * How people's orders leave Postgres. In: unsent rows of {@code waybill.replay}. Out: commands on the replays topic of
 * the stage, at the dead letter's partition. An order is marked after the broker acknowledged it; where the process dies
 * in between it is sent again, and the capturing task recognises it by (dead letter, attempt).
 */
@NullMarked
package io.waybill.deadletters.outbox;

import org.jspecify.annotations.NullMarked;
