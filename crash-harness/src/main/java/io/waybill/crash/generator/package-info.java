/** The sender: a process that forces to disk what it is about to send and what was acknowledged. */
@NullMarked
package io.waybill.crash.generator;

import org.jspecify.annotations.NullMarked;
