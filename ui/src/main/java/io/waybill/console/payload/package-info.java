/**
 * How a message's bytes are shown, edited and compared. In: bytes of unknown, possibly hostile content. Out: plain
 * text and structured rows; never markup, which is the templates' business. Pure functions.
 */
@NullMarked
package io.waybill.console.payload;

import org.jspecify.annotations.NullMarked;
