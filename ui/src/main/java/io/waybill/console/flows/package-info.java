/** Flows: the list, and one of them with its results, causes and parts. */
@NullMarked
package io.waybill.console.flows;

import org.jspecify.annotations.NullMarked;
