/**
 * Payment initiation files, ISO 20022 pain.001: what a product team writes on top of Waybill and nothing else. In:
 * files on {@code payments.files}. Out: cleared payments on {@code payments.cleared} and in the table {@code ledger}. {@link
 * io.waybill.samples.payments.PaymentFilesPipeline} reads as the table of contents.
 */
@NullMarked
package io.waybill.samples.payments;

import org.jspecify.annotations.NullMarked;
