/**
 * The formats of everything Waybill writes to the log. In: values and ids. Out: bytes, versioned by their first
 * byte. Called by the engine, and by every reader of the log (tracking, dead-letter administration, console).
 */
@NullMarked
package io.waybill.format;

import org.jspecify.annotations.NullMarked;
