/** What the machine could not decide or do alone, and the order to try again. */
@NullMarked
package io.waybill.console.incidents;

import org.jspecify.annotations.NullMarked;
