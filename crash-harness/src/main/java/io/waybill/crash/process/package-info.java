/** Processes, ports and connections that can be broken. Knows nothing of the job. */
@NullMarked
package io.waybill.crash.process;

import org.jspecify.annotations.NullMarked;
