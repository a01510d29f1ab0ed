package io.waybill.sinks.postgres;

import io.waybill.sink.TwoPhaseSink;
import io.waybill.testkit.contract.TwoPhaseSinkContract;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresSinkContractIT extends TwoPhaseSinkContract {

    @RegisterExtension
    static final LedgerDatabase DATABASE = new LedgerDatabase();

    @Override
    protected TwoPhaseSink<String> sink() {
        return DATABASE.sink();
    }

    @Override
    protected List<String> committed() {
        return DATABASE.entries();
    }
}
