package io.waybill.samples.payments;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.waybill.pipeline.Poison;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaymentFileReaderTest {

    @Nested
    class AGoodFile {

        @ParameterizedTest
        @EnumSource
        void givesPaymentsThatAreCompleteInThemselves(PainVersion version) {
            PaymentFile file = read(PainText.of(version));

            assertThat(file.messageId()).isEqualTo("MSG-1");
            assertThat(file.initiatingParty()).isEqualTo("Acme & Sons");
            assertThat(file.payments())
                    .containsExactly(
                            PainText.payment("E2E-1", "100.50", "NL91ABNA0417164300"),
                            PainText.payment("E2E-2", "0.50", "AT611904300234573201"));
        }

        @Test
        void namesItsBankByTheElementOfItsVersionOnly() {
            String text = PainText.of(PainVersion.V09).replace("BICFI>", "BIC>");

            assertThat(read(text).payments())
                    .allMatch(payment -> payment.debtorBic().isEmpty());
        }

        @Test
        void mayGiveADateWithTimeInVersion09() {
            String text = PainText.of(PainVersion.V09)
                    .replace("<Dt>2026-11-23</Dt>", "<DtTm>2026-11-24T23:30:00+01:00</DtTm>");

            assertThat(read(text).payments().getFirst().requestedExecutionDate())
                    .isEqualTo(LocalDate.of(2026, 11, 24));
        }

        @Test
        void mayBeInAnotherEncoding() {
            String text =
                    PainText.of(PainVersion.V03).replace("UTF-8", "UTF-16").replace("Creditor", "Ευρω");

            PaymentFile file = PaymentFile.read(text.getBytes(UTF_16));

            assertThat(file.payments().getFirst().creditorName()).isEqualTo("Ευρω");
        }

        @Test
        void mayBeginWithAByteOrderMarkOrNameAnOlderEncoding() {
            String text = PainText.of(PainVersion.V03);
            byte[] latin = text.replace("UTF-8", "ISO-8859-1")
                    .replace("Creditor", "Söhne")
                    .getBytes(ISO_8859_1);

            assertThat(read("\uFEFF" + text)).isEqualTo(read(text));
            assertThat(PaymentFile.read(latin).payments().getFirst().creditorName())
                    .isEqualTo("Söhne");
        }

        @Test
        void mayHoldElementsOfOthersAndFieldsThatNobodyReads() {
            String text = PainText.of(PainVersion.V03)
                    .replace(
                            "<Cdtr>",
                            "<x:Cdtr xmlns:x=\"urn:other\"><x:Nm>no</x:Nm></x:Cdtr><ChrgBr>SLEV</ChrgBr><Cdtr>");

            assertThat(read(text)).isEqualTo(read(PainText.of(PainVersion.V03)));
        }

        @Test
        void mayNameItsInitiatingPartyById() {
            String text = PainText.of(PainVersion.V03)
                    .replace("<Nm>Acme &amp; Sons</Nm>", "<Id><OrgId><Othr><Id>ACME01</Id></Othr></OrgId></Id>");

            assertThat(read(text).initiatingParty()).isEqualTo("ACME01");
        }

        @Test
        void mayGiveAStructuredReferenceInsteadOfText() {
            String text = PainText.of(PainVersion.V03)
                    .replace(
                            "<Ustrd>For you</Ustrd>",
                            "<Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>");

            assertThat(read(text).payments().getFirst().remittanceInformation()).isEqualTo("RF18539007547034");
        }

        @Test
        void mayLeaveOutControlSumsAndBics() {
            String text = PainText.of(PainVersion.V03)
                    .replace("<CtrlSum>101.00</CtrlSum>", "")
                    .replaceAll("<CdtrAgt>.*</CdtrAgt>", "");

            assertThat(read(text).payments())
                    .allMatch(payment -> payment.creditorBic().isEmpty());
        }
    }

    @Nested
    class TotalsThatDoNotAgree {

        @Test
        void failTheFileByCountOnBothLevels() {
            assertFails(replaceFirst("<NbOfTxs>2<", "<NbOfTxs>3<"), "COUNT_MISMATCH", "GrpHdr/NbOfTxs", "3");
            assertFails(replaceLast("<NbOfTxs>2<", "<NbOfTxs>1<"), "COUNT_MISMATCH", "PmtInf/NbOfTxs", "1");
        }

        @Test
        void failTheFileByControlSumOnBothLevels() {
            assertFails(
                    replaceFirst("<CtrlSum>101.00<", "<CtrlSum>101.01<"), "CONTROL_SUM_MISMATCH", "GrpHdr", "101.01");
            assertFails(
                    replaceLast("<CtrlSum>101.00<", "<CtrlSum>100.99<"), "CONTROL_SUM_MISMATCH", "PmtInf", "100.99");
        }

        @Test
        void agreeWhateverTheirScale() {
            assertThat(read(replaceFirst("<CtrlSum>101.00<", "<CtrlSum>101<")).payments())
                    .hasSize(2);
        }
    }

    @Nested
    class ABrokenFile {

        @ParameterizedTest
        @ValueSource(strings = {"", "hello", "{\"json\":true}", "\0\0\0\0", "PK\u0003\u0004zip", "  \n ", "<"})
        void isNotXml(String text) {
            assertFails(text, "NOT_XML");
        }

        @Test
        void hasADocumentTypeWithoutItBeingResolved() {
            String bomb =
                    "<?xml version=\"1.0\"?>\n<!DOCTYPE d [<!ENTITY a \"b\"><!ENTITY s SYSTEM \"file:///etc/passwd\">]>\n";
            String body = PainText.of(PainVersion.V03).replaceFirst("<\\?xml.*\\?>", "");

            assertFails(bomb + body.replace("For you", "&s;"), "DTD_NOT_ALLOWED", "line 2");
        }

        @Test
        void refersToAnEntityThatIsNotThere() {
            assertFails(PainText.of(PainVersion.V03).replace("For you", "&s;"), "MALFORMED_XML");
        }

        @Test
        void isCutOffAtAnyPlace() {
            byte[] whole = PainText.of(PainVersion.V03).getBytes(UTF_8);
            int root = PainText.of(PainVersion.V03).indexOf("<GrpHdr>");
            int end = PainText.of(PainVersion.V03).lastIndexOf("</Document>");
            for (int length = root; length < end; length += 7) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThat(codeOf(cut)).as("cut after %d bytes", length).isEqualTo("TRUNCATED_XML");
            }
        }

        @Test
        void hasANulInAName() {
            assertFails(
                    PainText.of(PainVersion.V03).replace("Creditor", "Cre\0ditor"),
                    "ILLEGAL_CHARACTER",
                    "U+0000",
                    "line 20");
            assertFails(PainText.of(PainVersion.V03).replace("Creditor", "Cre&#0;ditor"), "MALFORMED_XML", "line 20");
        }

        @Test
        void isNotInTheEncodingItSays() {
            byte[] document = PainText.of(PainVersion.V03).getBytes(UTF_8);
            document[PainText.of(PainVersion.V03).indexOf("Creditor")] = (byte) 0xC3;

            assertThat(codeOf(document)).isEqualTo("WRONG_ENCODING");
        }

        @Test
        void namesAnEncodingThatNobodyKnows() {
            assertFails(PainText.of(PainVersion.V03).replace("UTF-8", "KLINGON-7"), "WRONG_ENCODING", "KLINGON-7");
        }

        @Test
        void closesAnElementThatIsNotOpen() {
            assertFails(PainText.of(PainVersion.V03).replace("</Cdtr>", "</Dbtr>"), "MALFORMED_XML", "line 20");
        }

        @Test
        void goesOnBehindItsRoot() {
            assertFails(PainText.of(PainVersion.V03) + "<more/>", "MALFORMED_XML");
        }

        @Test
        void hasAnotherRootOrVersion() {
            assertFails("<html/>", "WRONG_ROOT", "html");
            assertFails("<Document/>", "UNSUPPORTED_VERSION");
            assertFails(
                    PainText.of(PainVersion.V03).replace("001.001.03", "001.001.02"),
                    "UNSUPPORTED_VERSION",
                    "pain.001.001.02");
            assertFails("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.02\"/>", "UNSUPPORTED_VERSION");
        }

        @ParameterizedTest
        @CsvSource({
            "<GrpHdr>.*</GrpHdr>, GrpHdr",
            "<MsgId>MSG-1</MsgId>, MsgId",
            "<PmtInfId>PI-1</PmtInfId>, PmtInfId",
            "<ReqdExctnDt>.*</ReqdExctnDt>, ReqdExctnDt",
            "<PmtInf>.*</PmtInf>, PmtInf",
            "<EndToEndId>E2E-2</EndToEndId>, EndToEndId",
            "<Amt>.*?</Amt>, Amt",
            " Ccy=\"EUR\", Ccy"
        })
        void lacksAFieldThatTheSchemaDemands(String pattern, String field) {
            String text = PainText.of(PainVersion.V03).replaceAll("(?s)" + pattern, "");

            assertFails(text, "MISSING_FIELD", field);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "1e9", "1,50", "abc", "0x10", "--5", "NaN", "1."})
        void hasAnAmountThatIsNoNumber(String amount) {
            assertFails(
                    PainText.of(PainVersion.V03).replace(">100.50<", ">" + amount + "<"), "MALFORMED_FIELD", "line 17");
        }

        @Test
        void hasADateThatIsNone() {
            assertFails(
                    PainText.of(PainVersion.V03).replace("2026-11-23", "2026-02-30"), "MALFORMED_FIELD", "2026-02-30");
        }

        @Test
        void isNestedTooDeep() {
            String deep = "<a>".repeat(100) + "</a>".repeat(100);
            assertFails(PainText.of(PainVersion.V03).replace("<Cdtr>", deep + "<Cdtr>"), "NESTED_TOO_DEEP");
        }

        @Test
        void isFiftyMegabytesOfOneLine() {
            String line = "x".repeat(50_000_000);
            assertTimeout(Duration.ofSeconds(20), () -> {
                assertFails(line, "NOT_XML", "line 1");
                assertFails(PainText.of(PainVersion.V03).replace("Creditor", line), "FIELD_TOO_LONG", "line 20");
            });
        }
    }

    static PaymentFile read(String text) {
        return PaymentFile.read(text.getBytes(UTF_8));
    }

    private static String replaceFirst(String wanted, String other) {
        String text = PainText.of(PainVersion.V03);
        int at = text.indexOf(wanted);
        return text.substring(0, at) + other + text.substring(at + wanted.length());
    }

    private static String replaceLast(String wanted, String other) {
        String text = PainText.of(PainVersion.V03);
        int at = text.lastIndexOf(wanted);
        return text.substring(0, at) + other + text.substring(at + wanted.length());
    }

    private static void assertFails(String text, String code, String... words) {
        Poison poison = assertThrows(Poison.class, () -> read(text));
        assertThat(poison.code()).as(poison.getMessage()).isEqualTo(code);
        assertThat(poison.getMessage()).startsWith("line ");
        assertThat(List.of(words))
                .allSatisfy(word -> assertThat(poison.getMessage()).contains(word));
        assertThat(poison.getMessage()).hasSizeLessThan(1000);
    }

    private static String codeOf(byte[] document) {
        return assertThrows(Poison.class, () -> PaymentFile.read(document)).code();
    }
}
