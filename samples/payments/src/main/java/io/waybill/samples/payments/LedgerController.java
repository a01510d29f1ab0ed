package io.waybill.samples.payments;

import java.math.BigDecimal;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Looks into the ledger for people without a database client. Reads only; behind the same log-in as the rest of the API. */
@RestController
@RequestMapping("/api/ledger")
class LedgerController {

    private final JdbcClient database;

    LedgerController(JdbcClient database) {
        this.database = database;
    }

    /** What was cleared in one currency. */
    record Total(String currency, long payments, BigDecimal amount) {}

    /** A row of the table. */
    record Entry(String endToEndId, BigDecimal amount, String currency, String debtorIban, String creditorIban) {}

    @GetMapping
    List<Total> totals() {
        return database.sql(
                        "SELECT currency, count(*), sum(amount) FROM ledger" + " GROUP BY currency ORDER BY currency")
                .query((row, number) -> new Total(row.getString(1), row.getLong(2), row.getBigDecimal(3)))
                .list();
    }

    /** @return one entry; none where it was not cleared; two would be a bug */
    @GetMapping("/{endToEndId}")
    List<Entry> payment(@PathVariable String endToEndId) {
        return database.sql("SELECT end_to_end_id, amount, currency, debtor_iban, creditor_iban FROM ledger"
                        + " WHERE end_to_end_id = ?")
                .param(endToEndId)
                .query((row, number) -> new Entry(
                        row.getString(1), row.getBigDecimal(2), row.getString(3), row.getString(4), row.getString(5)))
                .list();
    }
}
