package io.waybill.samples.payments.generator;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes one payment file as a stream: memory does not grow with the number of payments, only with that of the broken
 * ones. Immutable and safe for any thread.
 */
public final class PaymentFileGenerator {

    /** How many payments share a debtor and a payment information. */
    static final int PAYMENTS_OF_A_DEBTOR = 100;

    private static final BigDecimal ERROR_OF_CONTROL_SUM = new BigDecimal("0.01");

    private final Recipe recipe;
    private final BrokenPayments broken;

    public PaymentFileGenerator(Recipe recipe) {
        this.recipe = recipe;
        this.broken = new BrokenPayments(recipe);
    }

    /** Writes the document in UTF-8; does not close {@code out}. */
    public void writeTo(OutputStream out) throws IOException {
        Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        PainDocument document = new PainDocument(writer, recipe);
        document.begin(statedCount(), statedSum());
        int last = recipe.fileDefect() == FileDefect.TRUNCATED ? recipe.payments() / 2 : recipe.payments();
        for (int first = 0; first < last; first += PAYMENTS_OF_A_DEBTOR) {
            writeBlock(document, first, last);
        }
        if (recipe.fileDefect() == FileDefect.TRUNCATED) {
            writer.write("<CdtTrfTxInf><PmtId><EndToEndId>cut of");
        } else {
            document.end();
        }
        writer.flush();
    }

    /** What has to become of the file where no debtor reaches the limit of a day. */
    public Expectation expectation() {
        return expectation(null);
    }

    /**
     * What has to become of the file. No two files share a debtor, and no two blocks of one.
     *
     * @param dailyLimit what each debtor may spend in each currency: a block is of one day; null where there is none
     */
    public Expectation expectation(@Nullable BigDecimal dailyLimit) {
        if (recipe.fileDefect() != FileDefect.NONE) {
            return new Expectation(recipe.fileDefect().code(), List.of(), Map.of());
        }
        List<String> cleared = new ArrayList<>();
        Map<String, String> failed = new LinkedHashMap<>();
        Map<String, BigDecimal> spent = new HashMap<>();
        for (int i = 0; i < recipe.payments(); i++) {
            if (i % PAYMENTS_OF_A_DEBTOR == 0) {
                spent.clear();
            }
            Defect defect = broken.at(i);
            GeneratedPayment payment = payment(i);
            if (defect != null) {
                failed.put(payment.endToEndId(), defect.code());
            } else if (exceeds(payment, spent, dailyLimit)) {
                failed.put(payment.endToEndId(), "DAILY_LIMIT");
            } else {
                cleared.add(payment.endToEndId());
            }
        }
        return new Expectation("", cleared, failed);
    }

    /** The rows of the payments that clear, in the order of the file. */
    public List<LedgerRow> ledger(@Nullable BigDecimal dailyLimit) {
        Set<String> cleared = new HashSet<>(expectation(dailyLimit).cleared());
        List<LedgerRow> rows = new ArrayList<>();
        for (int i = 0; i < recipe.payments(); i++) {
            GeneratedPayment payment = payment(i);
            if (cleared.contains(payment.endToEndId())) {
                rows.add(new LedgerRow(
                        payment.endToEndId(),
                        new BigDecimal(payment.amount()),
                        payment.currency(),
                        PainDocument.debtorIban(recipe, i / PAYMENTS_OF_A_DEBTOR),
                        payment.iban()));
            }
        }
        return rows;
    }

    private static boolean exceeds(
            GeneratedPayment payment, Map<String, BigDecimal> spent, @Nullable BigDecimal dailyLimit) {
        BigDecimal amount = new BigDecimal(payment.amount());
        BigDecimal total =
                spent.getOrDefault(payment.currency(), BigDecimal.ZERO).add(amount);
        if (dailyLimit != null && total.compareTo(dailyLimit) > 0) {
            return true;
        }
        spent.put(payment.currency(), total);
        return false;
    }

    private void writeBlock(PainDocument document, int first, int last) throws IOException {
        int end = Math.min(first + PAYMENTS_OF_A_DEBTOR, recipe.payments());
        document.beginBlock(first / PAYMENTS_OF_A_DEBTOR, end - first, sum(first, end));
        for (int i = first; i < Math.min(end, last); i++) {
            document.payment(payment(i));
        }
        if (end <= last) {
            document.endBlock();
        }
    }

    private int statedCount() {
        return recipe.fileDefect() == FileDefect.WRONG_COUNT ? recipe.payments() + 1 : recipe.payments();
    }

    private BigDecimal statedSum() {
        BigDecimal sum = sum(0, recipe.payments());
        return recipe.fileDefect() == FileDefect.WRONG_CONTROL_SUM ? sum.add(ERROR_OF_CONTROL_SUM) : sum;
    }

    private BigDecimal sum(int from, int to) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = from; i < to; i++) {
            sum = sum.add(new BigDecimal(payment(i).amount()));
        }
        return sum;
    }

    private GeneratedPayment payment(int index) {
        return GeneratedPayment.of(recipe.seed(), index, broken.at(index));
    }
}
