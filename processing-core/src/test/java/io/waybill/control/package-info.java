@NullMarked
package io.waybill.control;

import org.jspecify.annotations.NullMarked;
