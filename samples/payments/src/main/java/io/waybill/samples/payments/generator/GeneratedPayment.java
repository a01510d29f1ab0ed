package io.waybill.samples.payments.generator;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One generated payment, found from seed and index alone, so that a file is streamed in any number of passes.
 *
 * @param bic empty where the payment relies on the IBAN
 */
record GeneratedPayment(
        String endToEndId,
        String amount,
        String currency,
        String creditor,
        String iban,
        String bic,
        String remittance) {

    private static final List<String> CREDITORS = List.of(
            "Müller & Söhne GmbH",
            "Atelier Żółw Sp. z o.o.",
            "Bakkerij 't Hoekje B.V.",
            "Papelería Ñandú S.L.",
            "Nordwind Energie AG",
            "Smith <Import> Ltd",
            "Ferme de l'Étang SARL",
            "Ευρω Logistics Α.Ε.");

    private static final List<String> CURRENCIES = List.of("EUR", "EUR", "EUR", "EUR", "USD", "CHF", "PLN", "SEK");

    private static final List<String> BROKEN_AMOUNTS = List.of("0.00", "-12.50", "10.123", "1000000000.00");

    private static final List<String> BROKEN_CURRENCIES = List.of("XYZ", "DEM", "eur", "EURO", "978");

    private static final List<String> BROKEN_BICS = List.of("WAYB", "waybdeff", "WAYBDEFF1", "WAYBZZFF", "WAY-DEFFXXX");

    static GeneratedPayment of(long seed, int index, @Nullable Defect defect) {
        RandomGenerator random = Randomness.at(seed, index);
        String currency = oneOf(CURRENCIES, random);
        BigDecimal amount = BigDecimal.valueOf(100L + random.nextInt(500_000), 2);
        String iban = Ibans.random(random);
        String bic = random.nextInt(4) == 0 ? "" : Bics.random(random);
        String creditor = oneOf(CREDITORS, random);
        int invoice = 10_000 + random.nextInt(90_000);
        return new GeneratedPayment(
                String.format(Locale.ROOT, "E2E-%d-%06d", seed, index + 1),
                defect == Defect.AMOUNT ? oneOf(BROKEN_AMOUNTS, random) : amount.toPlainString(),
                defect == Defect.CURRENCY ? oneOf(BROKEN_CURRENCIES, random) : currency,
                creditor,
                defect == Defect.IBAN ? Ibans.broken(iban, random) : iban,
                defect == Defect.BIC ? oneOf(BROKEN_BICS, random) : bic,
                "Invoice " + invoice);
    }

    private static String oneOf(List<String> values, RandomGenerator random) {
        return values.get(random.nextInt(values.size()));
    }
}
