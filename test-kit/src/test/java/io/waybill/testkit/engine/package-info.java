/** The engine under simulation: a workload, people who order replays, two processing threads, and the oracle's verdict. */
@NullMarked
package io.waybill.testkit.engine;

import org.jspecify.annotations.NullMarked;
