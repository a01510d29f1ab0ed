/** An intake whose answers tests choose. */
@NullMarked
package io.waybill.starter;

import org.jspecify.annotations.NullMarked;
