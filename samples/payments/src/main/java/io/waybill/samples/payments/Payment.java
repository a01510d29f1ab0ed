package io.waybill.samples.payments;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * One credit transfer, complete in itself: it repeats what its file and its payment information said. Immutable.
 * Texts are never null, empty where the file says nothing; a payment is checked by {@link #validated()} only, so that
 * a wrong one can be shown, corrected and replayed.
 *
 * @param messageId of the file
 * @param paymentInformationId of the block that names debtor and date
 * @param endToEndId by which debtor and creditor know it
 * @param amount null only where an edit removed it
 * @param currency ISO 4217 code
 * @param requestedExecutionDate null only where an edit removed it
 * @param remittanceInformation what the payment is for
 */
public record Payment(
        String messageId,
        String paymentInformationId,
        String endToEndId,
        @Nullable BigDecimal amount,
        String currency,
        String debtorName,
        String debtorIban,
        String debtorBic,
        String creditorName,
        String creditorIban,
        String creditorBic,
        @Nullable LocalDate requestedExecutionDate,
        String remittanceInformation) {

    /** The texts are normalised, since an edited payment may leave fields out. */
    public Payment {
        messageId = text(messageId);
        paymentInformationId = text(paymentInformationId);
        endToEndId = text(endToEndId);
        currency = text(currency);
        debtorName = text(debtorName);
        debtorIban = text(debtorIban);
        debtorBic = text(debtorBic);
        creditorName = text(creditorName);
        creditorIban = text(creditorIban);
        creditorBic = text(creditorBic);
        remittanceInformation = text(remittanceInformation);
    }

    /**
     * This payment, found to be good.
     *
     * @throws io.waybill.pipeline.Poison naming every field that is wrong, under the code of the first: {@code
     *     INVALID_CURRENCY}, {@code INVALID_AMOUNT}, {@code INVALID_IBAN}, {@code INVALID_BIC} or {@code MISSING_FIELD}
     */
    public Payment validated() {
        PaymentCheck.of(this).throwIfWrong();
        return this;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
