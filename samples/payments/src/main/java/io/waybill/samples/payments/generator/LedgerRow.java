package io.waybill.samples.payments.generator;

import java.math.BigDecimal;

/**
 * A payment that clears, as the ledger must have it. Immutable.
 *
 * @param amount as the file writes it, with its fraction digits
 */
public record LedgerRow(
        String endToEndId, BigDecimal amount, String currency, String debtorIban, String creditorIban) {}
