package io.waybill.samples.payments;

import static io.waybill.testkit.FlowResult.Status.ACK;
import static io.waybill.testkit.FlowResult.Status.PARTIAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.samples.payments.PainText.Money;
import io.waybill.testkit.DeadLetter;
import io.waybill.testkit.PipelineTest;
import io.waybill.testkit.Table;
import io.waybill.testkit.junit.PipelineTestExtension;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pipeline as a whole, looked at from the ledger. */
class LedgerTest {

    private static final String ALICE = "DE89370400440532013000";
    private static final LocalDate MONDAY = LocalDate.of(2026, 11, 23);

    private final Table<Payment> ledger = new Table<>();

    @RegisterExtension
    final PipelineTestExtension pipeline =
            PipelineTestExtension.of(() -> new PaymentFilesPipeline().paymentFiles(new BigDecimal("1000"), ledger));

    private static byte[] file(String... euros) {
        return PainText.file(
                "M",
                ALICE,
                MONDAY,
                List.of(euros).stream().map(amount -> new Money(amount, "EUR")).toArray(Money[]::new));
    }

    private List<BigDecimal> booked() {
        return ledger.rows().stream().map(Payment::amount).toList();
    }

    @Test
    void has_what_was_cleared_and_nothing_else(PipelineTest test) {
        test.send(file("900", "900", "99.99")).settle();

        assertThat(booked()).containsExactly(new BigDecimal("900"), new BigDecimal("99.99"));
    }

    @Test
    void has_a_payment_once_that_was_corrected_and_replayed(PipelineTest test) {
        test.send(file("900", "900")).settle();
        DeadLetter letter = test.deadLetter();

        test.replay(letter, letter.text().replace("\"amount\":900", "\"amount\":100"))
                .settle();

        assertThat(booked()).containsExactly(new BigDecimal("900"), new BigDecimal("100"));
        assertThat(test.result().status()).isEqualTo(ACK);
    }

    @Test
    void counts_a_payment_as_failed_whose_row_the_database_refuses(PipelineTest test) {
        ledger.refuse(payment -> payment.endToEndId().equals("M-2"));

        test.send(file("12", "13", "14")).settle();

        assertThat(booked()).containsExactly(new BigDecimal("12"), new BigDecimal("14"));
        assertThat(test.result().status()).isEqualTo(PARTIAL);
        assertThat(test.deadLetter())
                .extracting(DeadLetter::errorCode, DeadLetter::operator)
                .containsExactly("ROW_REJECTED", "ledger");
    }

    @Test
    void lets_payments_clear_while_the_database_is_away(PipelineTest test) {
        ledger.away(true);
        test.send(file("12", "13")).advance(Duration.ofMinutes(1));
        assertThat(test.outputs("cleared")).hasSize(2);
        assertThat(booked()).isEmpty();

        ledger.away(false);
        test.settle();

        assertThat(booked()).containsExactly(new BigDecimal("12"), new BigDecimal("13"));
        assertThat(test.result().status()).isEqualTo(ACK);
    }
}
