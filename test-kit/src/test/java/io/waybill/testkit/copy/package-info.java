/** The smallest exactly-once program there is, by which the simulation is proven before the engine runs in it. */
@NullMarked
package io.waybill.testkit.copy;

import org.jspecify.annotations.NullMarked;
