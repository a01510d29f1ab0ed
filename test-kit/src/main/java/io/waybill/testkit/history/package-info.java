/**
 * The oracle: what a finished history must look like, recomputed from what was sent and what people ordered, without the
 * engine. In: the committed content of all topics. Out: every violation of an invariant, in words.
 */
@NullMarked
package io.waybill.testkit.history;

import org.jspecify.annotations.NullMarked;
