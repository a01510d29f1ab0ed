/**
 * Makes payment files of any size from a seed, with chosen defects, and says what should become of each payment. In: a
 * {@link io.waybill.samples.payments.generator.Recipe}. Out: a document as a stream, and its {@link
 * io.waybill.samples.payments.generator.Expectation}. Shares no code with the reader and the checks, so that each can
 * be held against the other.
 */
@NullMarked
package io.waybill.samples.payments.generator;

import org.jspecify.annotations.NullMarked;
