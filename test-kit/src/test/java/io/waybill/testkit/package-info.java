@NullMarked
package io.waybill.testkit;

import org.jspecify.annotations.NullMarked;
