package io.waybill.journey;

import io.waybill.samples.payments.generator.LedgerRow;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What stands in the table {@code ledger}, whatever the application says of it. */
final class LedgerTable {

    private LedgerTable() {}

    /** All rows, those that stand there twice too, in the order of {@link #sorted}. */
    static List<LedgerRow> read(String jdbcUrl) throws SQLException {
        List<LedgerRow> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(jdbcUrl, "waybill", "waybill");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT end_to_end_id, amount, currency, debtor_iban, creditor_iban FROM ledger")) {
            while (row.next()) {
                rows.add(new LedgerRow(
                        row.getString(1), row.getBigDecimal(2), row.getString(3), row.getString(4), row.getString(5)));
            }
        }
        return sorted(rows);
    }

    /** By id, amounts without zeros behind the last cent: so lists are equal where tables are. */
    static List<LedgerRow> sorted(List<LedgerRow> rows) {
        return rows.stream()
                .map(row -> new LedgerRow(
                        row.endToEndId(),
                        row.amount().stripTrailingZeros(),
                        row.currency(),
                        row.debtorIban(),
                        row.creditorIban()))
                .sorted(Comparator.comparing(LedgerRow::endToEndId))
                .toList();
    }
}
