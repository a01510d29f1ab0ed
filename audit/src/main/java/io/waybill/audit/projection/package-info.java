/** Enters what people ordered on the log. */
@NullMarked
package io.waybill.audit.projection;

import org.jspecify.annotations.NullMarked;
