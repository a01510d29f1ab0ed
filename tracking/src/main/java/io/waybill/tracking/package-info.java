/**
 * What became of every message. In: the outcomes and incidents on the log, projected into Postgres exactly once. Out:
 * queries of flows, parts and incidents for console and REST. Decides nothing (I2).
 */
@NullMarked
package io.waybill.tracking;

import org.jspecify.annotations.NullMarked;
