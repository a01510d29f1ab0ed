/**
 * A simulated two-phase sink: what is prepared survives every crash of its clients, fence rows are locked by what is
 * prepared, and each call can fail in every way a call over a network can. In: the port {@code io.waybill.sink}. Out: the
 * committed rows, and what is still prepared.
 */
@NullMarked
package io.waybill.testkit.sink;

import org.jspecify.annotations.NullMarked;
