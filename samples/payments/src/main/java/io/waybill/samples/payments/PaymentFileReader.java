package io.waybill.samples.payments;

import io.waybill.pipeline.Poison;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one pain.001 document from top to bottom: group header, then payment informations, then transactions, as the
 * schema orders them. What the schema demands is demanded here; what only this pipeline demands is found by {@link
 * PaymentCheck}, payment by payment.
 */
final class PaymentFileReader {

    private final XmlCursor xml;
    private final PainVersion version;
    private final List<Payment> payments = new ArrayList<>();
    private final Totals fileTotals;
    private @Nullable GroupHeader header;

    private PaymentFileReader(XmlCursor xml, PainVersion version) {
        this.xml = xml;
        this.version = version;
        this.fileTotals = new Totals(xml, "GrpHdr");
    }

    static PaymentFile read(byte[] document) {
        XmlCursor xml = XmlCursor.atRootOf(document);
        return new PaymentFileReader(xml, Document.versionAt(xml)).file();
    }

    private PaymentFile file() {
        xml.eachChild(name -> {
            if (name.equals("CstmrCdtTrfInitn")) {
                initiation();
            } else {
                xml.skip();
            }
        });
        xml.finish();
        GroupHeader found = required(header, "GrpHdr");
        if (payments.isEmpty()) {
            throw missing("PmtInf/CdtTrfTxInf");
        }
        fileTotals.check();
        return new PaymentFile(version, found.messageId(), found.initiatingParty(), payments);
    }

    private void initiation() {
        xml.eachChild(name -> {
            switch (name) {
                case "GrpHdr" -> header = GroupHeader.read(xml, fileTotals);
                case "PmtInf" -> paymentInformation();
                default -> xml.skip();
            }
        });
    }

    private void paymentInformation() {
        String messageId = required(header, "GrpHdr before PmtInf").messageId();
        PaymentDraft shared = new PaymentDraft(messageId);
        Totals totals = new Totals(xml, "PmtInf");
        xml.eachChild(name -> {
            switch (name) {
                case "PmtInfId" -> shared.paymentInformationId = xml.text();
                case "NbOfTxs" -> totals.statedCount(xml.text());
                case "CtrlSum" -> totals.statedSum(xml.text());
                case "ReqdExctnDt" -> shared.requestedExecutionDate = Fields.date(xml, version);
                case "Dbtr" -> shared.debtorName = Fields.child(xml, "Nm");
                case "DbtrAcct" -> shared.debtorIban = Fields.iban(xml);
                case "DbtrAgt" -> shared.debtorBic = Fields.bic(xml, version);
                case "CdtTrfTxInf" -> {
                    Payment payment = payment(shared);
                    totals.add(payment);
                    fileTotals.add(payment);
                    payments.add(payment);
                }
                default -> xml.skip();
            }
        });
        totals.check();
    }

    private Payment payment(PaymentDraft shared) {
        PaymentDraft draft = shared.next();
        xml.eachChild(name -> {
            switch (name) {
                case "PmtId" -> draft.endToEndId = Fields.child(xml, "EndToEndId");
                case "Amt" -> amount(draft);
                case "CdtrAgt" -> draft.creditorBic = Fields.bic(xml, version);
                case "Cdtr" -> draft.creditorName = Fields.child(xml, "Nm");
                case "CdtrAcct" -> draft.creditorIban = Fields.iban(xml);
                case "RmtInf" -> draft.remittanceInformation = Fields.remittance(xml);
                default -> xml.skip();
            }
        });
        return draft.complete(this::missing);
    }

    private void amount(PaymentDraft draft) {
        xml.eachChild(name -> {
            if (name.equals("InstdAmt")) {
                draft.currency = xml.attribute("Ccy");
                draft.amount = Fields.number(xml, "InstdAmt", xml.text());
            } else {
                xml.skip();
            }
        });
    }

    private <T> T required(@Nullable T value, String field) {
        if (value == null) {
            throw missing(field);
        }
        return value;
    }

    private Poison missing(String field) {
        return xml.malformed(Malformed.MISSING_FIELD, "expected %s, but it is missing", field);
    }
}
