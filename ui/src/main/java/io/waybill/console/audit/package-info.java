/** Who changed what. */
@NullMarked
package io.waybill.console.audit;

import org.jspecify.annotations.NullMarked;
