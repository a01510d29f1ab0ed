/** Unresolved dead letters by cause. */
@NullMarked
package io.waybill.console.failures;

import org.jspecify.annotations.NullMarked;
