/** The sample as people use it: a process of its own, its REST API, its console in a browser, killed and started again. */
@NullMarked
package io.waybill.journey;

import org.jspecify.annotations.NullMarked;
