package io.waybill.testkit.engine;

import io.waybill.pipeline.Context;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.ListState;
import io.waybill.pipeline.MapState;
import io.waybill.pipeline.Primitives;
import io.waybill.pipeline.Text;
import io.waybill.pipeline.Timer;
import io.waybill.pipeline.ValueState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Numbers the items of each key, and keeps of each key how many of which kind there were, and the last ones. Each item
 * sets a timer, some cancel the timer of the item before; a timer emits a tick with its item's number.
 */
final class Counting extends KeyedProcess<String, String, String> {

    static final String NAME = "count";
    static final int RECENT = 3;
    static final String NUMBER = "~";
    static final String TICK = "tick";

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);
    private static final int CANCELS = 4;

    private final Slowness slowness;
    private final ValueState<Long> total = valueState("total", Primitives.ofLong());
    private final MapState<String, Long> kinds = mapState("kinds", Text.serde(), Primitives.ofLong());
    private final ListState<String> recent = listState("recent", Text.serde());
    private final MapState<Long, Instant> armed = mapState("armed", Primitives.ofLong(), Primitives.ofInstant());
    private final ValueState<Long> cancelled = valueState("cancelled", Primitives.ofLong());

    Counting(Slowness slowness) {
        this.slowness = slowness;
    }

    @Override
    public void process(String item, Context<String, String> ctx) {
        long number = total.getOr(0L) + 1;
        total.set(number);
        slowness.of(item, ctx);
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
        if (number % CANCELS == 0 && armed.contains(number - 1)) {
            armed.remove(number - 1);
            ctx.cancelTimer("" + (number - 1));
            cancelled.set(cancelled.getOr(0L) + 1);
        }
        long wait = Math.floorMod(31L * item.hashCode() + number, LONGEST_WAIT.toMillis());
        Instant at = ctx.now().plusMillis(wait).truncatedTo(ChronoUnit.MILLIS);
        armed.put(number, at);
        ctx.timer("" + number, at);
        ctx.emit(item + NUMBER + number);
        slowness.done(item);
    }

    @Override
    public void onTimer(Timer timer, Context<String, String> ctx) {
        long number = Long.parseLong(timer.name());
        Instant at = armed.get(number);
        if (!timer.time().equals(at) || ctx.now().isBefore(timer.time())) {
            throw new IllegalStateException(
                    "timer %s of %s fired at %s, but was set for %s".formatted(timer, ctx.key(), ctx.now(), at));
        }
        armed.remove(number);
        ctx.emit(ctx.key() + "|" + TICK + NUMBER + number);
    }

    /** A tick begins with its key. */
    static boolean isTick(String output) {
        return output.contains("|" + TICK + NUMBER);
    }

    static String kindOf(String item) {
        return item.substring(item.lastIndexOf('|') + 1);
    }
}
