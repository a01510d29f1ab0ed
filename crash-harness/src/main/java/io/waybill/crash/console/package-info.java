/** Dead-letter administration as a process of its own, and the person who uses it while faults strike. */
@NullMarked
package io.waybill.crash.console;

import org.jspecify.annotations.NullMarked;
