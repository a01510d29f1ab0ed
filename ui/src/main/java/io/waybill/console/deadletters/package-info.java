/** Dead letters: the list, one of them with its history, and the orders a person gives. */
@NullMarked
package io.waybill.console.deadletters;

import org.jspecify.annotations.NullMarked;
