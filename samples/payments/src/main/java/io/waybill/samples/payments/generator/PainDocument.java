package io.waybill.samples.payments.generator;

import io.waybill.samples.payments.PainVersion;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Writes the elements of one pain.001 document, in the order of its schema. */
final class PainDocument {

    private static final String INITIATING_PARTY = "Waybill Samples GmbH";
    private static final LocalDate FIRST_DAY = LocalDate.of(2026, 11, 23);

    private final Writer out;
    private final Recipe recipe;

    PainDocument(Writer out, Recipe recipe) {
        this.out = out;
        this.recipe = recipe;
    }

    void begin(int count, BigDecimal sum) throws IOException {
        line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        if (recipe.fileDefect() == FileDefect.DTD) {
            line("<!DOCTYPE Document [<!ENTITY secret SYSTEM \"file:///etc/hostname\">]>");
        }
        line("<Document xmlns=\"%s\">".formatted(recipe.version().namespace()));
        line("<CstmrCdtTrfInitn>");
        line("<GrpHdr>");
        line(element("MsgId", recipe.messageId()) + element("CreDtTm", "2026-11-20T10:00:00"));
        line(totals(count, sum));
        line("<InitgPty>" + element("Nm", INITIATING_PARTY) + "</InitgPty>");
        line("</GrpHdr>");
    }

    void end() throws IOException {
        line("</CstmrCdtTrfInitn>");
        line("</Document>");
    }

    /** @param number of the block, from 0 */
    static String debtorIban(Recipe recipe, int number) {
        return Ibans.random(ofBlock(recipe, number));
    }

    private static RandomGenerator ofBlock(Recipe recipe, int number) {
        return Randomness.at(recipe.seed(), -2L - number);
    }

    void beginBlock(int number, int count, BigDecimal sum) throws IOException {
        RandomGenerator random = ofBlock(recipe, number);
        line("<PmtInf>");
        line(element("PmtInfId", String.format(Locale.ROOT, "PI-%d-%05d", recipe.seed(), number + 1))
                + element("PmtMtd", "TRF"));
        line(totals(count, sum));
        line("<ReqdExctnDt>" + date(FIRST_DAY.plusDays(number % 5L)) + "</ReqdExctnDt>");
        line("<Dbtr>" + element("Nm", "Waybill Samples, branch " + (number + 1)) + "</Dbtr>");
        line("<DbtrAcct><Id>" + element("IBAN", Ibans.random(random)) + "</Id></DbtrAcct>");
        line("<DbtrAgt><FinInstnId>" + element(recipe.version().bicElement(), Bics.random(random))
                + "</FinInstnId></DbtrAgt>");
    }

    void endBlock() throws IOException {
        line("</PmtInf>");
    }

    void payment(GeneratedPayment payment) throws IOException {
        line("<CdtTrfTxInf>");
        line("<PmtId>" + element("EndToEndId", payment.endToEndId()) + "</PmtId>");
        line("<Amt><InstdAmt Ccy=\"%s\">%s</InstdAmt></Amt>".formatted(payment.currency(), payment.amount()));
        if (!payment.bic().isEmpty()) {
            line("<CdtrAgt><FinInstnId>" + element(recipe.version().bicElement(), payment.bic())
                    + "</FinInstnId></CdtrAgt>");
        }
        line("<Cdtr>" + element("Nm", payment.creditor()) + "</Cdtr>");
        line("<CdtrAcct><Id>" + element("IBAN", payment.iban()) + "</Id></CdtrAcct>");
        line("<RmtInf>" + element("Ustrd", payment.remittance()) + "</RmtInf>");
        line("</CdtTrfTxInf>");
    }

    private String date(LocalDate day) {
        return recipe.version() == PainVersion.V09 ? element("Dt", day.toString()) : day.toString();
    }

    private static String totals(int count, BigDecimal sum) {
        return element("NbOfTxs", Integer.toString(count)) + element("CtrlSum", sum.toPlainString());
    }

    private static String element(String name, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return "<" + name + ">" + escaped + "</" + name + ">";
    }

    private void line(String text) throws IOException {
        out.write(text);
        out.write('\n');
    }
}
