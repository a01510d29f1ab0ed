package io.waybill.samples.payments;

import io.waybill.pipeline.Poison;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.iban4j.BicUtil;
import org.iban4j.Iban4jException;
import org.iban4j.IbanUtil;
import org.jspecify.annotations.Nullable;

/** Finds all that is wrong with one payment, so that a person corrects it once. */
final class PaymentCheck {

    /** The most that a SEPA credit transfer carries; taken for every currency. */
    static final BigDecimal MAX_AMOUNT = new BigDecimal("999999999.99");

    /** Where a currency is or was in use; {@link Currency} itself also knows those of the past. */
    private static final Set<Currency> IN_USE = Stream.of(Locale.getISOCountries())
            .map(country -> Currency.getInstance(Locale.of("", country)))
            .filter(currency -> currency != null && currency.getDefaultFractionDigits() >= 0)
            .collect(Collectors.toUnmodifiableSet());

    /** An edited payment may hold them; a message that holds them cannot be stored everywhere. */
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final List<Problem> problems = new ArrayList<>();

    private PaymentCheck() {}

    static PaymentCheck of(Payment payment) {
        PaymentCheck check = new PaymentCheck();
        Currency currency = check.currency(payment.currency());
        check.amount(payment.amount(), currency);
        check.iban("debtorIban", payment.debtorIban());
        check.iban("creditorIban", payment.creditorIban());
        check.bic("debtorBic", payment.debtorBic());
        check.bic("creditorBic", payment.creditorBic());
        check.present("endToEndId", payment.endToEndId());
        check.present("requestedExecutionDate", payment.requestedExecutionDate());
        return check;
    }

    void throwIfWrong() {
        if (!problems.isEmpty()) {
            String messages = problems.stream().map(Problem::message).collect(Collectors.joining("; "));
            throw Poison.because(problems.getFirst().code(), "%s", messages);
        }
    }

    private @Nullable Currency currency(String code) {
        for (Currency currency : IN_USE) {
            if (currency.getCurrencyCode().equals(code)) {
                return currency;
            }
        }
        problem("INVALID_CURRENCY", "currency: expected an ISO 4217 code in use such as EUR, but was %s", quoted(code));
        return null;
    }

    private void amount(@Nullable BigDecimal amount, @Nullable Currency currency) {
        if (amount == null) {
            problem("INVALID_AMOUNT", "amount: expected a number, but it is missing");
        } else if (amount.signum() <= 0) {
            problem("INVALID_AMOUNT", "amount: expected more than zero, but was %s", amount);
        } else if (amount.compareTo(MAX_AMOUNT) > 0) {
            problem("INVALID_AMOUNT", "amount: expected at most %s, but was %s", MAX_AMOUNT, amount);
        } else if (currency != null && amount.stripTrailingZeros().scale() > currency.getDefaultFractionDigits()) {
            problem(
                    "INVALID_AMOUNT",
                    "amount: expected at most %d fraction digits for %s, but was %s",
                    currency.getDefaultFractionDigits(),
                    currency.getCurrencyCode(),
                    amount);
        }
    }

    private void iban(String field, String iban) {
        if (iban.isEmpty()) {
            problem("INVALID_IBAN", "%s: expected an IBAN, but it is missing", field);
            return;
        }
        try {
            IbanUtil.validate(iban);
        } catch (Iban4jException e) {
            problem(
                    "INVALID_IBAN",
                    "%s: expected an IBAN without spaces, but was %s (%s)",
                    field,
                    quoted(iban),
                    e.getMessage());
        }
    }

    /** Domestic and SEPA payments may leave a BIC out: the IBAN says it. */
    private void bic(String field, String bic) {
        if (bic.isEmpty()) {
            return;
        }
        try {
            BicUtil.validate(bic);
        } catch (Iban4jException e) {
            problem(
                    "INVALID_BIC",
                    "%s: expected a BIC of 8 or 11 characters or none, but was %s (%s)",
                    field,
                    quoted(bic),
                    e.getMessage());
        }
    }

    private void present(String field, @Nullable Object value) {
        if (value == null || value.equals("")) {
            problem("MISSING_FIELD", "%s: expected a value, but it is missing", field);
        }
    }

    private void problem(String code, String format, @Nullable Object... arguments) {
        problems.add(
                new Problem(code, CONTROL.matcher(format.formatted(arguments)).replaceAll("\uFFFD")));
    }

    private static String quoted(String value) {
        String shown = value.length() <= 50 ? value : value.substring(0, 50) + "…";
        return "'" + shown + "'";
    }

    private record Problem(String code, String message) {}
}
