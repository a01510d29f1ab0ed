/** The test kit as a JUnit extension. In: a pipeline. Out: a fresh test of it for each test method, checked at its end. */
@NullMarked
package io.waybill.testkit.junit;

import org.jspecify.annotations.NullMarked;
