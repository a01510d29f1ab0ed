/** Files from the browser into a pipeline. */
@NullMarked
package io.waybill.console.upload;

import org.jspecify.annotations.NullMarked;
