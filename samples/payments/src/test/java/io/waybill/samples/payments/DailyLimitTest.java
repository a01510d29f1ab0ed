package io.waybill.samples.payments;

import static io.waybill.testkit.FlowResult.Status.ACK;
import static io.waybill.testkit.FlowResult.Status.DUPLICATE;
import static io.waybill.testkit.FlowResult.Status.NACK;
import static io.waybill.testkit.FlowResult.Status.PARTIAL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.samples.payments.PainText.Money;
import io.waybill.testkit.DeadLetter;
import io.waybill.testkit.FlowResult;
import io.waybill.testkit.PipelineTest;
import io.waybill.testkit.Table;
import io.waybill.testkit.junit.PipelineTestExtension;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pipeline as a whole: files in, cleared payments and dead letters out. The limit is 1,000. */
class DailyLimitTest {

    private static final String ALICE = "DE89370400440532013000";
    private static final String BOB = "NL91ABNA0417164300";
    private static final LocalDate MONDAY = LocalDate.of(2026, 11, 23);

    @RegisterExtension
    final PipelineTestExtension pipeline = PipelineTestExtension.of(
            () -> new PaymentFilesPipeline().paymentFiles(new BigDecimal("1000"), new Table<>()));

    private static byte[] file(String id, String debtor, LocalDate day, String... euros) {
        return PainText.file(
                id,
                debtor,
                day,
                List.of(euros).stream().map(amount -> new Money(amount, "EUR")).toArray(Money[]::new));
    }

    private static List<String> cleared(PipelineTest test) {
        return test.outputs("cleared", Payment.class).stream()
                .map(Payment::endToEndId)
                .toList();
    }

    private static Map<String, BigDecimal> spent(PipelineTest test, String account) {
        return test.state("daily-limit", "spent", account).map(String.class, BigDecimal.class);
    }

    @Test
    void lets_an_account_spend_its_limit_to_the_cent(PipelineTest test) {
        test.send(file("M", ALICE, MONDAY, "999.99", "0.01")).settle();

        assertThat(cleared(test)).containsExactly("M-1", "M-2");
        assertThat(test.outputs("cleared").getFirst().keyText()).isEqualTo(ALICE);
        assertThat(test.result().status()).isEqualTo(ACK);
    }

    @Test
    void stops_the_payment_that_is_too_much_and_lets_a_smaller_one_behind_it_pass(PipelineTest test) {
        test.send(file("M", ALICE, MONDAY, "900", "100.01", "100")).settle();

        assertThat(cleared(test)).containsExactly("M-1", "M-3");
        assertThat(test.deadLetter())
                .extracting(DeadLetter::errorCode, DeadLetter::operator, DeadLetter::label)
                .containsExactly("DAILY_LIMIT", "daily-limit", "M-2");
        assertThat(test.deadLetter().errorMessage())
                .isEqualTo("expected at most 1000 EUR a day from account " + ALICE
                        + ", but this payment would make it 1000.01 on 2026-11-23");
        assertThat(test.result())
                .extracting(FlowResult::status, FlowResult::succeeded, FlowResult::failed)
                .containsExactly(PARTIAL, 2L, 1L);
        assertThat(spent(test, ALICE)).isEqualTo(Map.of("2026-11-23 EUR", new BigDecimal("1000")));
    }

    @Test
    void counts_what_is_edited_and_replayed(PipelineTest test) {
        test.send(file("M", ALICE, MONDAY, "900", "900")).settle();
        DeadLetter letter = test.deadLetter();
        test.replay(letter).settle();
        assertThat(test.deadLetter())
                .extracting(DeadLetter::id, DeadLetter::attempt)
                .containsExactly(letter.id(), 1);

        test.replay(letter, letter.text().replace("\"amount\":900", "\"amount\":100"))
                .settle();

        assertThat(cleared(test)).containsExactly("M-1", "M-2");
        assertThat(test.deadLetters()).isEmpty();
        assertThat(test.result().status()).isEqualTo(ACK);
        assertThat(spent(test, ALICE)).isEqualTo(Map.of("2026-11-23 EUR", new BigDecimal("1000")));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"amount\":900', '\"amount\":-900', INVALID_AMOUNT",
        "'\"amount\":900', '\"amount\":null', INVALID_AMOUNT",
        "'\"EUR\"', '\"eur\"', INVALID_CURRENCY",
        "'" + ALICE + "', '" + BOB + "', ANOTHER_DEBTOR",
    })
    void checks_again_what_a_person_made_of_a_payment(String from, String to, String code, PipelineTest test) {
        test.send(file("M", ALICE, MONDAY, "900", "900")).settle();
        DeadLetter letter = test.deadLetter();
        assertThat(letter.text()).contains(from);
        test.replay(letter, letter.text().replace(from, to)).settle();

        assertThat(test.deadLetter().errorCode()).isEqualTo(code);
        assertThat(cleared(test)).containsExactly("M-1");
        assertThat(spent(test, ALICE)).isEqualTo(Map.of("2026-11-23 EUR", new BigDecimal("900")));
    }

    @Test
    void counts_each_day_each_currency_and_each_account_anew(PipelineTest test) {
        test.send(file("M1", ALICE, MONDAY, "1000"))
                .send(file("M2", ALICE, MONDAY.plusDays(1), "1000"))
                .send(file("M3", BOB, MONDAY, "1000"))
                .send(PainText.file("M4", ALICE, MONDAY, new Money("1000", "USD"), new Money("0.01", "EUR")))
                .settle();

        assertThat(cleared(test)).containsExactlyInAnyOrder("M1-1", "M2-1", "M3-1", "M4-1");
        assertThat(test.deadLetter().label()).isEqualTo("M4-2");
        assertThat(spent(test, ALICE)).containsOnlyKeys("2026-11-23 EUR", "2026-11-23 USD", "2026-11-24 EUR");
    }

    @Test
    void counts_a_file_that_is_sent_again_once(PipelineTest test) {
        byte[] file = file("M", ALICE, MONDAY, "600");
        test.send(file).send(file).settle();

        assertThat(cleared(test)).containsExactly("M-1");
        assertThat(test.result().status()).isEqualTo(DUPLICATE);
        assertThat(spent(test, ALICE)).isEqualTo(Map.of("2026-11-23 EUR", new BigDecimal("600")));
    }

    @Test
    void takes_a_file_that_cannot_be_read_as_one_dead_letter(PipelineTest test) {
        test.send("<Document>".getBytes(UTF_8)).settle();

        assertThat(test.deadLetter().operator()).isEqualTo("read");
        assertThat(test.deadLetter().path()).isEmpty();
        assertThat(test.result().status()).isEqualTo(NACK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "payments", "validate", "debtor", "daily-limit", "cleared"})
    void counts_each_payment_once_whatever_a_crash_cuts_off(String operator, PipelineTest test) {
        test.send(file("M1", ALICE, MONDAY, "400")).settle();
        test.crashIn(operator)
                .send(file("M2", ALICE, MONDAY, "400", "300", "200"))
                .settle();
        test.restartOnNewMachine().settle();

        assertThat(cleared(test)).containsExactly("M1-1", "M2-1", "M2-3");
        assertThat(spent(test, ALICE)).isEqualTo(Map.of("2026-11-23 EUR", new BigDecimal("1000")));
        assertThat(test.deadLetter().label()).isEqualTo("M2-2");
    }

    @Test
    void tries_again_what_does_not_lie_in_the_data(PipelineTest test) {
        test.fail("daily-limit", new IllegalStateException("short of memory"), 3)
                .send(file("M", ALICE, MONDAY, "400"))
                .settle();

        assertThat(cleared(test)).containsExactly("M-1");
        assertThat(test.deadLetters()).isEmpty();
    }
}
