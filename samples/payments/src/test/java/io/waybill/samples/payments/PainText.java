package io.waybill.samples.payments;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

/** A small good document, written out so that tests can break it, and its payments. */
final class PainText {

    private PainText() {}

    static String of(PainVersion version) {
        String date = version == PainVersion.V03 ? "2026-11-23" : "<Dt>2026-11-23</Dt>";
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <Document xmlns="%1$s">
                <CstmrCdtTrfInitn>
                <GrpHdr>
                <MsgId>MSG-1</MsgId><CreDtTm>2026-11-20T10:00:00</CreDtTm>
                <NbOfTxs>2</NbOfTxs><CtrlSum>101.00</CtrlSum>
                <InitgPty><Nm>Acme &amp; Sons</Nm></InitgPty>
                </GrpHdr>
                <PmtInf>
                <PmtInfId>PI-1</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>2</NbOfTxs><CtrlSum>101.00</CtrlSum>
                <ReqdExctnDt>%3$s</ReqdExctnDt>
                <Dbtr><Nm> Debtor </Nm></Dbtr>
                <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
                <DbtrAgt><FinInstnId><%2$s>WYBADE2A</%2$s></FinInstnId></DbtrAgt>
                <CdtTrfTxInf>
                <PmtId><InstrId>I-1</InstrId><EndToEndId>E2E-1</EndToEndId></PmtId>
                <Amt><InstdAmt Ccy="EUR">100.50</InstdAmt></Amt>
                <CdtrAgt><FinInstnId><%2$s>WYBBNL2A</%2$s></FinInstnId></CdtrAgt>
                <!-- the name on line 20 -->
                <Cdtr><Nm>Creditor</Nm></Cdtr>
                <CdtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></CdtrAcct>
                <RmtInf><Ustrd>For you</Ustrd></RmtInf>
                </CdtTrfTxInf>
                <CdtTrfTxInf>
                <PmtId><EndToEndId>E2E-2</EndToEndId></PmtId>
                <Amt><InstdAmt Ccy="EUR">0.50</InstdAmt></Amt>
                <CdtrAgt><FinInstnId><%2$s>WYBBNL2A</%2$s></FinInstnId></CdtrAgt>
                <Cdtr><Nm><![CDATA[Creditor]]></Nm></Cdtr>
                <CdtrAcct><Id><IBAN>AT611904300234573201</IBAN></Id></CdtrAcct>
                <RmtInf><Ustrd>For</Ustrd><Ustrd>you</Ustrd></RmtInf>
                </CdtTrfTxInf>
                </PmtInf>
                </CstmrCdtTrfInitn>
                </Document>
                """.formatted(version.namespace(), version.bicElement(), date);
    }

    /** A good file whose payments all come from one account and are for one day. */
    static byte[] file(String messageId, String debtorIban, LocalDate day, Money... amounts) {
        StringBuilder payments = new StringBuilder();
        for (int i = 0; i < amounts.length; i++) {
            payments.append("""
                    <CdtTrfTxInf><PmtId><EndToEndId>%s-%d</EndToEndId></PmtId>
                    <Amt><InstdAmt Ccy="%s">%s</InstdAmt></Amt><Cdtr><Nm>Creditor</Nm></Cdtr>
                    <CdtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></CdtrAcct></CdtTrfTxInf>
                    """.formatted(messageId, i + 1, amounts[i].currency(), amounts[i].amount()));
        }
        String text = """
                <Document xmlns="%s"><CstmrCdtTrfInitn>
                <GrpHdr><MsgId>%s</MsgId><CreDtTm>2026-11-20T10:00:00</CreDtTm><NbOfTxs>%d</NbOfTxs>
                <InitgPty><Nm>Acme</Nm></InitgPty></GrpHdr>
                <PmtInf><PmtInfId>PI-1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt>%s</ReqdExctnDt>
                <Dbtr><Nm>Debtor</Nm></Dbtr><DbtrAcct><Id><IBAN>%s</IBAN></Id></DbtrAcct>
                <DbtrAgt><FinInstnId><BIC>WYBADE2A</BIC></FinInstnId></DbtrAgt>
                %s</PmtInf></CstmrCdtTrfInitn></Document>
                """.formatted(PainVersion.V03.namespace(), messageId, amounts.length, day, debtorIban, payments);
        return text.getBytes(StandardCharsets.UTF_8);
    }

    record Money(String amount, String currency) {}

    static Payment payment(String endToEndId, String amount, String creditorIban) {
        return new Payment(
                "MSG-1",
                "PI-1",
                endToEndId,
                new BigDecimal(amount),
                "EUR",
                "Debtor",
                "DE89370400440532013000",
                "WYBADE2A",
                "Creditor",
                creditorIban,
                "WYBBNL2A",
                LocalDate.of(2026, 11, 23),
                "For you");
    }
}
