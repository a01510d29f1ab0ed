/**
 * What every adapter of a port must do: abstract tests that the simulated and the real ones pass alike. In: an adapter.
 * Out: its verdict.
 */
@NullMarked
package io.waybill.testkit.contract;

import org.jspecify.annotations.NullMarked;
