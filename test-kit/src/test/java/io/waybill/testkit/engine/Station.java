package io.waybill.testkit.engine;

import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.Flow;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One pipeline of a network. What it does to a text follows from its name and the text alone, so that whoever knows both
 * knows what must come of it; a text that says {@code fixed} passes everywhere.
 *
 * @param early what it writes before it splits or re-keys
 */
record Station(
        String name,
        String source,
        boolean deduplicates,
        boolean splits,
        boolean rekeys,
        List<Outlet> early,
        List<Outlet> outlets) {

    static final String PARTS = "parts";
    static final String KEYED = "keyed";
    static final String POISON = "POISON";
    static final int RETRIES = 2;
    private static final int KEYS = 5;

    Station {
        early = List.copyOf(early);
        outlets = List.copyOf(outlets);
    }

    /** @param readers in which flows go on */
    record Outlet(String sink, String topic, List<String> readers) {

        Outlet {
            readers = List.copyOf(readers);
        }
    }

    Pipeline pipeline() {
        Map<String, Integer> tries = new HashMap<>();
        Pipeline.Named named = Pipeline.named(name);
        Flow<String> source = (hasDeadline() ? named.flowDeadline(Shape.DEADLINE) : named)
                .onFailure(FailurePolicy.retry(RETRIES)
                        .exponential(Duration.ofMillis(50))
                        .thenDeadLetter())
                .from(KafkaSource.topic(this.source).value(Text.serde()));
        Flow<String> flow = deduplicates ? source.deduplicate(choice()) : source.withoutDeduplication();
        flow = flow.map("work", text -> worked(text, tries)).filter("keep", text -> !drops(text));
        for (Outlet outlet : early) {
            flow = flow.to(outlet.sink(), sink(outlet));
        }
        if (splits) {
            flow = flow.splitIntoParts(PARTS, this::parts, Text.serde());
        }
        if (rekeys) {
            flow = flow.keyBy(KEYED, Station::key, Text.serde(), Text.serde()).map("check", this::checked);
        }
        flow = flow.flatMap("double", this::values);
        for (Outlet outlet : outlets) {
            flow = flow.to(outlet.sink(), sink(outlet));
        }
        return flow.build();
    }

    private Deduplicate choice() {
        return isGlobal()
                ? Deduplicate.byMessageId().globally()
                : Deduplicate.byMessageId().keyLocal();
    }

    /** Some of them, so that legs wait for verdicts, too. Copies stay in their partitions, so it tells the same. */
    boolean isGlobal() {
        return deduplicates && splits != rekeys;
    }

    /** Some of them, as emitters and as readers. */
    boolean hasDeadline() {
        return Math.floorMod(name.hashCode(), 2) == 1;
    }

    private static KafkaSink<String> sink(Outlet outlet) {
        return KafkaSink.topic(outlet.topic())
                .value(Text.serde())
                .key(Station::key, Text.serde())
                .continuedBy(outlet.readers().toArray(String[]::new));
    }

    List<String> stages() {
        List<String> stages = new ArrayList<>(List.of(Pipeline.SOURCE_STAGE));
        if (rekeys) {
            stages.add(KEYED);
        }
        if (rekeys
                || Stream.concat(early.stream(), outlets.stream())
                        .anyMatch(outlet -> !outlet.readers().isEmpty())) {
            stages.add(Pipeline.COMPLETION_STAGE);
        }
        if (isGlobal()) {
            stages.add(Pipeline.CLAIMS_STAGE);
        }
        return stages;
    }

    static String key(String text) {
        return "key-" + Math.floorMod(text.hashCode(), KEYS);
    }

    private String worked(String text, Map<String, Integer> tries) {
        if (poisons(text)) {
            throw Poison.because(POISON, "expected no poison, but was %s", text);
        }
        if (draw("flaky", text) == 0 && tries.merge(text, 1, Integer::sum) <= RETRIES) {
            throw new IllegalStateException("not yet: " + text);
        }
        return text;
    }

    private String checked(String text) {
        if (poisonsLate(text)) {
            throw Poison.because(POISON, "expected no late poison, but was %s", text);
        }
        return text;
    }

    boolean poisons(String text) {
        return !text.contains("fixed") && draw("poison", text) == 0;
    }

    boolean poisonsLate(String text) {
        return !text.contains("fixed") && draw("late", text) == 0;
    }

    boolean drops(String text) {
        return !text.contains("fixed") && draw("drop", text) == 0;
    }

    /** None to three. */
    List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < draw("parts", text) % 4; i++) {
            parts.add(text + "." + name + i);
        }
        return parts;
    }

    List<String> values(String text) {
        return draw("double", text) < 2 ? List.of(text + "+", text + "-") : List.of(text);
    }

    private int draw(String what, String text) {
        long hash = 31L * (name + what).hashCode() + text.hashCode();
        hash = (hash ^ (hash >>> 17)) * 0x9E3779B97F4A7C15L;
        return (int) Long.remainderUnsigned(hash ^ (hash >>> 29), 9);
    }
}
