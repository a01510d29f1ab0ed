@NullMarked
package io.waybill.testkit.junit;

import org.jspecify.annotations.NullMarked;
