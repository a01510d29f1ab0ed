package io.waybill.samples.payments;

import io.waybill.pipeline.Poison;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A payment while its elements are read; those of one payment information begin as copies of what it says. */
final class PaymentDraft {

    private final String messageId;
    String paymentInformationId = "";
    String endToEndId = "";

    @Nullable
    BigDecimal amount;

    String currency = "";
    String debtorName = "";
    String debtorIban = "";
    String debtorBic = "";
    String creditorName = "";
    String creditorIban = "";
    String creditorBic = "";

    @Nullable
    LocalDate requestedExecutionDate;

    String remittanceInformation = "";

    PaymentDraft(String messageId) {
        this.messageId = messageId;
    }

    /** The next payment of this payment information. */
    PaymentDraft next() {
        PaymentDraft next = new PaymentDraft(messageId);
        next.paymentInformationId = paymentInformationId;
        next.debtorName = debtorName;
        next.debtorIban = debtorIban;
        next.debtorBic = debtorBic;
        next.requestedExecutionDate = requestedExecutionDate;
        return next;
    }

    /** @param missing what to throw where the field of this name, which the schema demands, is not there */
    Payment complete(Function<String, Poison> missing) {
        require(!paymentInformationId.isEmpty(), "PmtInfId before CdtTrfTxInf", missing);
        require(requestedExecutionDate != null, "ReqdExctnDt before CdtTrfTxInf", missing);
        require(!endToEndId.isEmpty(), "PmtId/EndToEndId", missing);
        require(amount != null, "Amt/InstdAmt", missing);
        require(!currency.isEmpty(), "Amt/InstdAmt/@Ccy", missing);
        return new Payment(
                messageId,
                paymentInformationId,
                endToEndId,
                amount,
                currency,
                debtorName,
                debtorIban,
                debtorBic,
                creditorName,
                creditorIban,
                creditorBic,
                requestedExecutionDate,
                remittanceInformation);
    }

    private static void require(boolean there, String field, Function<String, Poison> missing) {
        if (!there) {
            throw missing.apply(field);
        }
    }
}
