package io.waybill.testkit.engine;

import io.waybill.pipeline.Context;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.ListState;
import io.waybill.pipeline.MapState;
import io.waybill.pipeline.Primitives;
import io.waybill.pipeline.Text;
import io.waybill.pipeline.ValueState;
import java.util.Map;

/** Numbers the items of each key, and keeps of each key how many of which kind there were, and the last ones. */
final class Counting extends KeyedProcess<String, String, String> {

    static final String NAME = "count";
    static final int RECENT = 3;
    static final String NUMBER = "~";

    private final ValueState<Long> total = valueState("total", Primitives.ofLong());
    private final MapState<String, Long> kinds = mapState("kinds", Text.serde(), Primitives.ofLong());
    private final ListState<String> recent = listState("recent", Text.serde());

    @Override
    public void process(String item, Context<String, String> ctx) {
        long number = total.getOr(0L) + 1;
        total.set(number);
        String kind = kindOf(item);
        kinds.put(kind, kinds.getOr(kind, 0L) + 1);
        recent.add(item);
        if (recent.size() > RECENT) {
            recent.removeFirst();
        }
        long sum = 0;
        for (Map.Entry<String, Long> each : kinds.entries()) {
            sum += each.getValue();
        }
        if (sum != number) {
            throw new IllegalStateException("the kinds of " + ctx.key() + " sum up to " + sum + ", not to " + number);
        }
        ctx.emit(item + NUMBER + number);
    }

    static String kindOf(String item) {
        return item.substring(item.lastIndexOf('|') + 1);
    }
}
