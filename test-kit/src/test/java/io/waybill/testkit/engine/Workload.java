package io.waybill.testkit.engine;

import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.Flow;
import io.waybill.pipeline.Fn;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KeyedFlow;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.StagedSink;
import io.waybill.pipeline.Text;
import io.waybill.sink.StagedTarget;
import io.waybill.sink.TwoPhaseSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The pipeline of the simulation. A message is {@code key|number#behaviour,behaviour…}; with a split each behaviour
 * becomes a part {@code key|number|index|behaviour}, without one the message is such an item itself.
 */
final class Workload {

    static final String SOURCE = "in";
    /** Topic and operator. */
    static final String SINK = "out";

    static final String LEDGER = "ledger";
    /** The staged sink. */
    static final String TABLE = "table";

    static final String PIPELINE = "simulated";
    static final String SPLIT = "items";
    static final int RETRIES = 2;
    static final int SINK_MAX_BYTES = 2_000;

    /** Messages that begin so have no key. */
    static final String NO_KEY = "none-";

    static final String ACCOUNTS = "accounts";
    private static final String ACCOUNT = "account-";
    private static final int ACCOUNT_NUMBERS = 4;
    private static final int REFUSED_ONE_IN = 6;

    private final Shape shape;
    private final Consumer<String> eachPart;
    private final Slowness slowness;
    private final Killers killers;
    private final Asking asking;
    private final TwoPhaseSink<String> ledger;
    private final StagedTarget<String> table;
    private final Map<String, Integer> tries = new HashMap<>();

    /** @param eachPart told of each part before its split returns */
    Workload(
            Shape shape,
            Slowness slowness,
            Killers killers,
            Asking asking,
            TwoPhaseSink<String> ledger,
            StagedTarget<String> table,
            Consumer<String> eachPart) {
        this.ledger = ledger;
        this.table = table;
        this.shape = shape;
        this.slowness = slowness;
        this.killers = killers;
        this.asking = asking;
        this.eachPart = eachPart;
    }

    Pipeline pipeline() {
        Pipeline.Named named = Pipeline.named(PIPELINE);
        Flow<String> read = (shape.deadlines() ? named.flowDeadline(Shape.DEADLINE) : named)
                .onFailure(policy())
                .from(KafkaSource.topic(SOURCE).value(Text.serde()))
                .deduplicate(
                        shape.global()
                                ? Deduplicate.byMessageId().globally()
                                : Deduplicate.byMessageId().keyLocal())
                .map("read", this::read);
        Flow<String> items = shape.splits() ? read.splitIntoParts(SPLIT, this::items, Text.serde()) : read;
        Flow<String> worked = items.map("guard", this::guarded)
                .onFailure(FailurePolicy.stop())
                .map("work", this::work)
                .filter("keep", item -> !item.endsWith("|drop"))
                .flatMap("double", Workload::doubled);
        Flow<String> asked = shape.calls()
                ? worked.async("ask", this::ask, usual -> Asking.OPTIONS).map("asked", asking::answered)
                : worked;
        KeyedFlow<String, String> keyed = shape.rekeys()
                ? asked.keyBy(ACCOUNTS, Workload::account, Text.serde(), Text.serde())
                : asked.keyedBySource(Text.serde());
        Fn<String, String> key = item -> shape.rekeys() && !Counting.isTick(item) ? account(item) : key(item);
        KeyedFlow<String, String> counted =
                keyed.map("check", this::checked).process(Counting.NAME, () -> new Counting(slowness));
        KeyedFlow<String, String> askedAgain = shape.calls()
                ? counted.async("ask-again", item -> asking.ask("again", item), usual -> Asking.OPTIONS)
                        .map("asked-again", asking::answered)
                : counted;
        KeyedFlow<String, String> sunk =
                askedAgain.to(SINK, KafkaSink.topic(SINK).value(Text.serde()).key(key, Text.serde()));
        KeyedFlow<String, String> all = shape.ledger() ? sunk.to(LEDGER, ledger) : sunk;
        return (shape.staged() ? staged(all, key) : all).build();
    }

    private String ask(String item) {
        String answer = asking.ask("ask", item);
        killers.item(item, "ask");
        return answer;
    }

    private FailurePolicy policy() {
        FailurePolicy.Retry retries = FailurePolicy.retry(RETRIES).exponential(Duration.ofMillis(50));
        return shape.sequences() ? retries.thenDeadLetterInSequence() : retries.thenDeadLetter();
    }

    /** Without their numbers, which only the order of all items can tell. */
    private KeyedFlow<String, String> staged(KeyedFlow<String, String> items, Fn<String, String> key) {
        return items.filter("no-ticks", item -> !Counting.isTick(item))
                .map("unnumbered", item -> item.substring(0, item.lastIndexOf(Counting.NUMBER)))
                .to(TABLE, StagedSink.value(Text.serde()).key(key, Text.serde()).into(table));
    }

    /** Rows that the table never takes. */
    static boolean isRefused(String item) {
        return Math.floorMod(item.hashCode(), REFUSED_ONE_IN) == 0;
    }

    /** Its items come from messages of all keys. */
    static String account(String item) {
        if (item.startsWith(ACCOUNT)) {
            // A tick.
            return key(item);
        }
        String number = item.split("\\|", -1)[1];
        return ACCOUNT + Math.floorMod(number.hashCode(), ACCOUNT_NUMBERS);
    }

    static String key(String item) {
        return item.substring(0, item.indexOf('|'));
    }

    private String read(String message) {
        killers.message(message);
        if (message.contains("unreadable")) {
            throw Poison.because("UNREADABLE", "expected a readable message, but was %s", message);
        }
        return message;
    }

    private List<String> items(String message) {
        String head = message.substring(0, message.indexOf('#'));
        String tail = message.substring(message.indexOf('#') + 1);
        List<String> items = new ArrayList<>();
        for (String behaviour : tail.split(",", -1)) {
            if (!behaviour.isEmpty()) {
                String item = head + "|" + items.size() + "|" + behaviour;
                eachPart.accept(item);
                items.add(item);
            }
        }
        return items;
    }

    private String guarded(String item) {
        failAsOftenAsSaid("guard", item);
        return item;
    }

    private String checked(String item) {
        killers.item(item, "late");
        failAsOftenAsSaid("later", item);
        if (behaviour(item).equals("late")) {
            throw Poison.because("LATE", "expected nothing late, but was %s", item);
        }
        return item;
    }

    private String work(String item) {
        killers.item(item, "");
        failAsOftenAsSaid("flaky", item);
        return switch (behaviour(item)) {
            case "poison" -> throw Poison.because("POISON", "expected no poison, but was %s", item);
            case "boom" -> throw new IllegalStateException("always: " + item);
            case "huge" -> item + "x".repeat(2 * SINK_MAX_BYTES);
            default -> item;
        };
    }

    private void failAsOftenAsSaid(String word, String item) {
        String behaviour = behaviour(item);
        if (behaviour.startsWith(word)) {
            int failing = Integer.parseInt(behaviour.substring(word.length()));
            if (tries.merge(item, 1, Integer::sum) <= failing) {
                throw new IllegalStateException("not yet: " + item);
            }
        }
    }

    private static String behaviour(String item) {
        return item.substring(item.lastIndexOf('|') + 1);
    }

    private static List<String> doubled(String item) {
        return item.endsWith("|twice") ? List.of(item + "-1", item + "-2") : List.of(item);
    }
}
