/** Hand-written stand-ins for what the console asks of the other modules, and an application of them to look at. */
@NullMarked
package io.waybill.console.fakes;

import org.jspecify.annotations.NullMarked;
