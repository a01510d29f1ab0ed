/**
 * Simulated local stores: the disk of one simulated machine. In: the port {@code io.waybill.store}. Out: after a crash of
 * the machine, stores that hold some prefix of what was applied.
 */
@NullMarked
package io.waybill.testkit.store;

import org.jspecify.annotations.NullMarked;
