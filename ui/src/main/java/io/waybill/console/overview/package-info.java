/** The first page: one look says that all is well, or where to go. */
@NullMarked
package io.waybill.console.overview;

import org.jspecify.annotations.NullMarked;
