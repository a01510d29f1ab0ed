package io.waybill.crash.job;

import io.waybill.pipeline.Context;
import io.waybill.pipeline.Json;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.ValueState;

/** The running total of each account. A line that is not admitted must leave no trace in it. */
final class AccountTotal extends KeyedProcess<String, Order.Line, Booked> {

    private final ValueState<Long> total = valueState("total", Json.of(Long.class));

    @Override
    public void process(Order.Line line, Context<String, Booked> ctx) throws Exception {
        long after = total.getOr(0L) + line.amount();
        total.set(after);
        ctx.emit(WaybillJob.<Order.Line, Booked>judged(admitted -> {
                    Booking.admitted(admitted);
                    return Booked.of(admitted, after);
                })
                .apply(line));
    }
}
