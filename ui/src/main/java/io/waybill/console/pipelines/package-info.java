/** What each pipeline does and what is wanted of it; the orders to pause, resume, drain and stop. */
@NullMarked
package io.waybill.console.pipelines;

import org.jspecify.annotations.NullMarked;
