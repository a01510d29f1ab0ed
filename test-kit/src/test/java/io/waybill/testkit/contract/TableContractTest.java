package io.waybill.testkit.contract;

import io.waybill.sink.StagedTarget;
import io.waybill.testkit.Table;
import java.util.List;

class TableContractTest extends StagedTargetContract {

    private static final String REFUSED = "refused";

    private final Table<String> table = new Table<String>().refuse(REFUSED::equals);

    @Override
    protected StagedTarget<String> target() {
        return table;
    }

    @Override
    protected List<String> applied() {
        return table.rows();
    }

    @Override
    protected String refused() {
        return REFUSED;
    }
}
