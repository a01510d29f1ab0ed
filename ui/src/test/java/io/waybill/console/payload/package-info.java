@NullMarked
package io.waybill.console.payload;

import org.jspecify.annotations.NullMarked;
