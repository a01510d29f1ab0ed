package io.waybill.testkit;

import io.waybill.pipeline.Context;
import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.ListState;
import io.waybill.pipeline.MapState;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.Primitives;
import io.waybill.pipeline.Text;
import io.waybill.pipeline.Timer;
import io.waybill.pipeline.ValueState;
import java.time.Duration;
import java.util.List;

/** Orders such as {@code tea,cup} become items that are counted by article: two stages, a split, state and a timer. */
final class Shop {

    static final Duration BACKOFF = Duration.ofSeconds(10);
    static final Duration REMINDS_AFTER = Duration.ofDays(2);

    private Shop() {}

    static Pipeline pipeline() {
        return pipeline(FailurePolicy.retry(2).fixed(BACKOFF).thenDeadLetter());
    }

    static Pipeline pipeline(FailurePolicy policy) {
        return Pipeline.named("shop")
                .onFailure(policy)
                .from(KafkaSource.topic("orders").value(Text.serde()))
                .deduplicate(Deduplicate.byMessageId().keyLocal())
                .map("read", Shop::read)
                .splitIntoParts("items", order -> List.of(order.split(",", -1)), Text.serde())
                .filter("wanted", item -> !item.equals("nothing"))
                .flatMap("unpack", item -> item.equals("tea-set") ? List.of("tea", "cup") : List.of(item))
                .keyBy("article", item -> item, Text.serde(), Text.serde())
                .process("stock", Stock::new)
                .to("shipped", KafkaSink.topic("shipped").value(Text.serde()).key(item -> "for " + item, Text.serde()))
                .build();
    }

    private static String read(String order) {
        if (order.equals("?")) {
            throw Poison.because("UNREADABLE", "expected an order, but was '%s'", order);
        }
        return order;
    }

    /** Numbers the items of each article, and reminds of the last one. */
    static final class Stock extends KeyedProcess<String, String, String> {

        private final ValueState<Long> count = valueState("count", Primitives.ofLong());
        private final ListState<String> items = listState("items", Text.serde());
        private final MapState<String, Long> attempts =
                mapState("attempts", Text.serde(), Primitives.ofLong()).ttl(Duration.ofDays(1));

        @Override
        public void process(String item, Context<String, String> ctx) {
            if (item.equals("sold-out")) {
                throw Poison.because("SOLD_OUT", "expected an article that is there, but was '%s'", item);
            }
            long number = count.getOr(0L) + 1;
            count.set(number);
            items.add(item + number);
            attempts.put(ctx.messageId(), (long) ctx.attempt());
            ctx.timer("remind", ctx.now().plus(REMINDS_AFTER));
            ctx.emit(item + number);
        }

        @Override
        public void onTimer(Timer timer, Context<String, String> ctx) {
            ctx.emit("remember " + ctx.key());
        }
    }
}
