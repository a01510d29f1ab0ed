/** Runs the job in several processes, breaks them by a seeded plan, and lets the oracle judge what they left. */
@NullMarked
package io.waybill.crash;

import org.jspecify.annotations.NullMarked;
