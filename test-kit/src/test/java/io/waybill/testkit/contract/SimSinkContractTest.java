package io.waybill.testkit.contract;

import io.waybill.sink.TwoPhaseSink;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.sink.SimSink;
import java.util.List;

class SimSinkContractTest extends TwoPhaseSinkContract {

    private final SimSink sink = new SimSink(new Simulation(1, FaultPlan.none()));

    @Override
    protected TwoPhaseSink<String> sink() {
        return sink;
    }

    @Override
    protected List<String> committed() {
        return sink.committed().stream().map(SimSink.Committed::row).toList();
    }
}
