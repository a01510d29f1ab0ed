package io.waybill.samples.payments;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.waybill.pipeline.Json;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaymentTest {

    private static final Serde<Payment> SERDE = Json.of(Payment.class);
    private static final Payment GOOD = PainText.payment("E2E-1", "100.50", "NL91ABNA0417164300");

    @Test
    void passesItsValidationUnchanged() {
        assertThat(GOOD.validated()).isSameAs(GOOD);
    }

    @Test
    void comesBackFromItsJsonAsItWas() throws Exception {
        String json = new String(SERDE.serialize(GOOD), UTF_8);

        assertThat(json).contains("\"amount\":100.50", "\"requestedExecutionDate\":\"2026-11-23\"");
        assertThat(SERDE.deserialize(json.getBytes(UTF_8))).isEqualTo(GOOD);
    }

    @ParameterizedTest
    @CsvSource({
        "JPY, 100",
        "JPY, 100.00",
        "EUR, 0.01",
        "EUR, 999999999.99",
        "KWD, 1.234",
        "EUR, 1.5000",
    })
    void passesWithAnAmountThatItsCurrencyKnows(String currency, String amount) throws Exception {
        assertThat(edited("\"EUR\"", '"' + currency + '"', "100.50", amount)
                        .validated()
                        .currency())
                .isEqualTo(currency);
    }

    @ParameterizedTest
    @CsvSource({
        "EUR, 0",
        "EUR, 0.00",
        "EUR, -1",
        "EUR, 0.001",
        "EUR, 1000000000",
        "JPY, 100.5",
        "KWD, 1.2345",
        "EUR, null",
        "EUR, 1E+2147483000",
        "EUR, 1E-2147483000",
    })
    void failsWithAnAmountThatItsCurrencyDoesNotKnow(String currency, String amount) throws Exception {
        assertFails(edited("\"EUR\"", '"' + currency + '"', "100.50", amount), "INVALID_AMOUNT", "amount: expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eur", "XYZ", "DEM", "XAU", "EURO", "978"})
    void failsWithACurrencyThatIsNotInUse(String currency) throws Exception {
        assertFails(edited("\"EUR\"", '"' + currency + '"'), "INVALID_CURRENCY", "currency: expected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "NL91ABNA0417164301",
                "NL91ABNA041716430",
                "nl91abna0417164300",
                "NL91 ABNA 0417 1643 00",
                "ZZ91ABNA0417164300",
                "N",
                "NLXXABNA0417164300",
                "NL91ÄBNA0417164300",
                "NL91ABNA04171643００"
            })
    void failsWithAnIbanThatIsNone(String iban) throws Exception {
        assertFails(edited("NL91ABNA0417164300", iban), "INVALID_IBAN", "creditorIban: expected an IBAN");
        assertFails(edited("DE89370400440532013000", iban), "INVALID_IBAN", "debtorIban: expected an IBAN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WYBB", "wybbnl2a", "WYBBNL2AX", "WYBBZZ2A", "-YBBNL2A", "WYBBNL2A  "})
    void failsWithABicThatIsNone(String bic) throws Exception {
        assertFails(edited("WYBBNL2A", bic), "INVALID_BIC", "creditorBic: expected a BIC");
        assertFails(edited("WYBADE2A", bic), "INVALID_BIC", "debtorBic: expected a BIC");
    }

    @Test
    void passesWithoutBics() throws Exception {
        assertThat(edited("WYBBNL2A", "", "WYBADE2A", "").validated().creditorBic())
                .isEmpty();
    }

    @Test
    void namesAllThatIsWrongWithItAtOnce() throws Exception {
        Payment payment = edited("NL91ABNA0417164300", "NL00", "\"EUR\"", "\"E\\u0000R\"");

        assertThat(assertThrows(Poison.class, payment::validated).getMessage())
                .contains("currency: expected", "but was 'E\uFFFDR'", "creditorIban: expected", "'NL00'")
                .doesNotContain("\0");
    }

    @Test
    void failsWhereAnEditRemovedAField() throws Exception {
        Payment payment = SERDE.deserialize("{\"amount\":5,\"currency\":\"EUR\"}".getBytes(UTF_8));

        assertThat(assertThrows(Poison.class, payment::validated).getMessage())
                .contains("debtorIban", "creditorIban", "endToEndId", "requestedExecutionDate");
    }

    /** The good payment with pieces of its JSON replaced, as an operator edits it. */
    private static Payment edited(String... replacements) throws Exception {
        String json = new String(SERDE.serialize(GOOD), UTF_8);
        for (int i = 0; i < replacements.length; i += 2) {
            assertThat(json).contains(replacements[i]);
            json = json.replace(replacements[i], replacements[i + 1]);
        }
        return SERDE.deserialize(json.getBytes(UTF_8));
    }

    private static void assertFails(Payment payment, String code, String words) {
        Poison poison = assertThrows(Poison.class, payment::validated);
        assertThat(poison.code()).isEqualTo(code);
        assertThat(poison.getMessage()).contains(words).hasSizeLessThan(500);
    }
}
