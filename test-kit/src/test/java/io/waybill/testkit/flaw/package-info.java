/**
 * The protocol without one of its rules: each row of PROTOCOL.md that concerns parts that exist is a {@link
 * io.waybill.testkit.flaw.Flaw} between the engine and its ports, and the simulation must find it. Also the watch over
 * rules whose breach does no harm within one history. In: the simulated ports. Out: ports as an engine without the rule
 * would use them.
 */
@NullMarked
package io.waybill.testkit.flaw;

import org.jspecify.annotations.NullMarked;
