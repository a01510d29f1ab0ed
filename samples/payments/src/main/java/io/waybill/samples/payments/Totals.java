package io.waybill.samples.payments;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What a header states of the transactions below it, and what these turn out to be. */
final class Totals {

    private final XmlCursor xml;
    private final String level;
    private @Nullable BigDecimal statedSum;
    private @Nullable BigDecimal statedCount;
    private BigDecimal sum = BigDecimal.ZERO;
    private long count;

    Totals(XmlCursor xml, String level) {
        this.xml = xml;
        this.level = level;
    }

    void statedSum(String text) {
        statedSum = Fields.number(xml, "CtrlSum", text);
    }

    void statedCount(String text) {
        statedCount = Fields.number(xml, "NbOfTxs", text);
    }

    boolean hasCount() {
        return statedCount != null;
    }

    void add(Payment payment) {
        count++;
        if (payment.amount() != null) {
            sum = sum.add(payment.amount());
        }
    }

    void check() {
        if (statedCount != null && statedCount.compareTo(BigDecimal.valueOf(count)) != 0) {
            throw xml.malformed(
                    Malformed.COUNT_MISMATCH,
                    "expected %s transactions as %s/NbOfTxs states, but were %d",
                    statedCount,
                    level,
                    count);
        }
        if (statedSum != null && statedSum.compareTo(sum) != 0) {
            throw xml.malformed(
                    Malformed.CONTROL_SUM_MISMATCH,
                    "expected amounts of %s in all as %s/CtrlSum states, but were %s",
                    statedSum,
                    level,
                    sum);
        }
    }
}
