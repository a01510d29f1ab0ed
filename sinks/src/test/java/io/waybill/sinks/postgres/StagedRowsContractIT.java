package io.waybill.sinks.postgres;

import io.waybill.sink.StagedTarget;
import io.waybill.sinks.jdbc.JdbcTarget;
import io.waybill.testkit.contract.StagedTargetContract;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

class StagedRowsContractIT extends StagedTargetContract {

    @RegisterExtension
    static final LedgerDatabase DATABASE = new LedgerDatabase();

    @Override
    protected StagedTarget<String> target() {
        // A cast that this value does not survive.
        return JdbcTarget.of(
                DATABASE.dataSource(),
                "INSERT INTO ledger (entry) SELECT entry FROM (VALUES (?)) AS given (entry) WHERE length(entry) / (10 - length(entry)) >= 0",
                (entry, values) -> values.add(entry));
    }

    @Override
    protected List<String> applied() {
        return DATABASE.entries();
    }

    @Override
    protected String refused() {
        return "ten chars.";
    }
}
