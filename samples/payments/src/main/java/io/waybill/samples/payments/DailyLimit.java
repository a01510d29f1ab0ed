package io.waybill.samples.payments;

import io.waybill.pipeline.Context;
import io.waybill.pipeline.Json;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.MapState;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.Text;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;

/**
 * Lets a debtor account spend so much a day and no more, in each currency by itself: there are no exchange rates here.
 * The day is the one on which a payment is to be executed. A payment that is too much becomes a dead letter and counts
 * nothing; a smaller one behind it may still pass.
 *
 * <p>A dead letter of this stage comes back here with whatever a person made of it, so a payment is checked again: an
 * edited one could lower the total, or spend another account's money on this one's limit.
 */
final class DailyLimit extends KeyedProcess<String, Payment, Payment> {

    /** Longer than a bank lets people order ahead. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(400);

    /** By execution date and currency. */
    private final MapState<String, BigDecimal> spent =
            mapState("spent", Text.serde(), Json.of(BigDecimal.class)).ttl(FORGOTTEN_AFTER);

    private final BigDecimal limit;

    /** @param limit of one account and day, in units of each currency */
    DailyLimit(BigDecimal limit) {
        this.limit = limit;
    }

    @Override
    public void process(Payment payment, Context<String, Payment> ctx) {
        payment.validated();
        if (!payment.debtorIban().equals(ctx.key())) {
            throw Poison.because(
                    "ANOTHER_DEBTOR",
                    "expected a payment from account %s, whose limit is counted here, but was from %s: "
                            + "discard this one and send it anew",
                    ctx.key(),
                    payment.debtorIban());
        }
        BigDecimal amount = Objects.requireNonNull(payment.amount(), "a validated payment has an amount");
        String day = payment.requestedExecutionDate() + " " + payment.currency();
        BigDecimal total = spent.getOr(day, BigDecimal.ZERO).add(amount);
        if (total.compareTo(limit) > 0) {
            throw Poison.because(
                    "DAILY_LIMIT",
                    "expected at most %s %s a day from account %s, but this payment would make it %s on %s",
                    limit,
                    payment.currency(),
                    ctx.key(),
                    total,
                    String.valueOf(payment.requestedExecutionDate()));
        }
        spent.put(day, total);
        ctx.emit(payment);
    }
}
