package io.waybill.samples.payments;

import io.waybill.sink.StagedTarget;
import io.waybill.sinks.jdbc.JdbcTarget;
import io.waybill.sinks.jdbc.RowValues;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The table of cleared payments. Its rows are staged: while the database is away payments go on being cleared, a row that it
 * refuses is a dead letter by itself, and nothing is locked until the log has decided. Two-phase rows would be visible at the
 * same moment as the topic, which nobody here needs.
 */
@Configuration(proxyBeanMethods = false)
class Ledger {

    /** Plain: the table has no key that would hide a row that came twice. */
    private static final String INSERT =
            "INSERT INTO ledger (end_to_end_id, amount, currency, debtor_iban, creditor_iban) VALUES (?, ?, ?, ?, ?)";

    @Bean
    StagedTarget<Payment> ledgerTable(DataSource database) {
        return JdbcTarget.of(database, INSERT, Ledger::bind);
    }

    /** A dead letter of this sink comes back here with whatever a person made of it, so it is checked again. */
    private static void bind(Payment payment, RowValues row) {
        payment.validated();
        row.add(payment.endToEndId())
                .add(payment.amount())
                .add(payment.currency())
                .add(payment.debtorIban())
                .add(payment.creditorIban());
    }
}
