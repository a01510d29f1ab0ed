/**
 * Deterministic simulation: processes that take turns at their port calls, virtual time, and faults, all derived from
 * one seed. In: what the processes do. Out: the same history for the same seed, always. The simulated log and store
 * call it at each of their methods.
 */
@NullMarked
package io.waybill.testkit.sim;

import org.jspecify.annotations.NullMarked;
