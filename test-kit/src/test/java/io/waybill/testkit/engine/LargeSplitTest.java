package io.waybill.testkit.engine;

import static io.waybill.testkit.engine.OneTopic.read;
import static io.waybill.testkit.engine.OneTopic.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.Outcome;
import io.waybill.pipeline.Context;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.Text;
import io.waybill.pipeline.ValueState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Splits of many parts (ADR 20), with the real engine on simulated ports, through checkpoints of eight kilobytes. */
class LargeSplitTest {

    private static final int PARTS = 1_000;
    private static final Duration BACKOFF = Duration.ofMinutes(1);

    private final Set<String> away = new HashSet<>();
    private final List<String> runs = new ArrayList<>();
    /** The split throws where it would give this one. */
    private int broken;

    private int given;

    /** {@code <name>*<number of parts>} is split, one part after the other, into {@code <name>-1}, {@code <name>-2} … */
    private Iterable<String> parts(String message) {
        String name = message.substring(0, message.indexOf('*'));
        int count = Integer.parseInt(message.substring(message.indexOf('*') + 1));
        return () -> new Iterator<>() {
            private int last;

            @Override
            public boolean hasNext() {
                return last < count;
            }

            @Override
            public String next() {
                if (++last == broken) {
                    throw Poison.because("BROKEN", "expected no broken part, but part %d is", last);
                }
                given++;
                return name + "-" + last;
            }
        };
    }

    private String called(String value) {
        runs.add(value);
        if (away.contains(value)) {
            throw new IllegalStateException("away: " + value);
        }
        return value;
    }

    private Pipeline splits() {
        return written(read(FailurePolicy.retry(1).fixed(BACKOFF).thenDeadLetter())
                .splitIntoParts("parts", this::parts, Text.serde())
                .map("call", this::called));
    }

    private static OneThread run(Pipeline pipeline) {
        return new OneThread(pipeline, () -> SimulatedEngine.ofLargeSplits(PARTS));
    }

    private static List<String> partsOf(String name, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> name + "-" + i).toList();
    }

    private static void assertAllIsOver(OneThread thread) {
        assertThat(thread.rows("waiting")).isEmpty();
        assertThat(thread.rows("bundle")).isEmpty();
        assertThat(thread.rows("flow")).isEmpty();
        assertThat(thread.incidents()).isEmpty();
    }

    @Test
    void each_part_passes_once_in_order_and_later_records_of_the_key_behind_the_last() {
        try (OneThread thread = run(splits())) {
            thread.send("k", "a*" + PARTS);
            thread.send("k", "b*2");
            thread.send("other", "c*1");
            thread.until(() -> thread.outputs().size() == PARTS + 3);

            List<String> expected = new ArrayList<>(partsOf("a", PARTS));
            expected.addAll(partsOf("b", 2));
            assertThat(thread.outputs())
                    .filteredOn(value -> !value.equals("c-1"))
                    .containsExactlyElementsOf(expected);
            assertThat(thread.outputs().indexOf("c-1")).isLessThan(PARTS);
            assertThat(thread.results()).containsExactly("ACK 1", "ACK 1", "ACK 1");
            assertThat(thread.outcomes().stream()
                            .filter(Outcome::hasPart)
                            .mapToInt(outcome -> outcome.getPart().getParts()))
                    .contains(PARTS, 2, 1);
            assertAllIsOver(thread);
        }
    }

    @Test
    void nothing_happens_where_the_split_fails_at_its_last_part() {
        broken = PARTS;
        try (OneThread thread = run(splits())) {
            thread.send("k", "a*" + PARTS);
            thread.until(() -> !thread.deadLetters().isEmpty());
            thread.send("k", "b*1");
            thread.awaitOutputs("b-1");
            assertThat(thread.outputs()).containsExactly("b-1");
            assertThat(thread.written("bundle")).isPositive();
            assertThat(thread.rows("bundle")).isEmpty();
            assertThat(thread.results()).containsExactly("NACK 1", "ACK 1");

            broken = 0;
            thread.replay(thread.deadLetters().getFirst());
            thread.until(() -> thread.outputs().size() == PARTS + 1);
            assertThat(thread.outputs().subList(1, PARTS + 1)).containsExactlyElementsOf(partsOf("a", PARTS));
            thread.until(() -> thread.results().size() == 3);
            assertThat(thread.results()).containsExactly("NACK 1", "ACK 1", "ACK 2");
            assertAllIsOver(thread);
        }
    }

    @Test
    void one_part_too_many_is_refused_when_others_were_put_by_already() {
        try (OneThread thread = run(splits())) {
            thread.send("k", "a*" + (PARTS + 1));
            thread.until(() -> !thread.deadLetters().isEmpty());
            assertThat(thread.deadLetters().getFirst().getCaptured().getErrorCode())
                    .isEqualTo("TOO_MANY_PARTS");
            assertThat(thread.outputs()).isEmpty();
            assertThat(thread.rows("bundle")).isEmpty();
        }
    }

    @Test
    void a_process_that_dies_while_the_split_gives_parts_leaves_nothing_and_the_message_runs_again() {
        try (OneThread thread = run(splits())) {
            thread.send("k", "a*" + PARTS);
            thread.until(() -> thread.written("bundle") > 0);
            assertThat(runs).isEmpty();
            thread.deploy(splits());
            thread.until(() -> thread.outputs().size() == PARTS);
            assertThat(given).isGreaterThan(PARTS);
            assertThat(thread.outputs()).containsExactlyElementsOf(partsOf("a", PARTS));
            thread.until(() -> !thread.results().isEmpty());
            assertAllIsOver(thread);
        }
    }

    @Test
    void a_process_that_dies_while_parts_run_goes_on_behind_the_last_checkpoint() {
        try (OneThread thread = run(splits())) {
            thread.send("k", "a*" + PARTS);
            thread.until(() -> thread.outputs().size() > PARTS / 4);
            thread.deploy(splits());
            thread.until(() -> thread.outputs().size() > PARTS / 2);
            thread.move();
            thread.until(() -> thread.outputs().size() == PARTS);
            assertThat(given).isEqualTo(PARTS);
            assertThat(thread.outputs()).containsExactlyElementsOf(partsOf("a", PARTS));
            thread.until(() -> !thread.results().isEmpty());
            assertThat(thread.results()).containsExactly("ACK 1");
            assertAllIsOver(thread);
        }
    }

    @Test
    void parts_behind_one_that_waits_wait_with_it_and_a_failed_one_is_a_dead_letter_of_its_own() {
        away.addAll(List.of("a-300", "a-700"));
        try (OneThread thread = run(splits())) {
            thread.send("k", "a*" + PARTS);
            thread.until(() -> runs.contains("a-300"));
            thread.pass(BACKOFF.dividedBy(2));
            assertThat(thread.outputs()).containsExactlyElementsOf(partsOf("a", 299));

            away.remove("a-300");
            thread.deploy(splits());
            thread.until(() -> !thread.results().isEmpty());
            assertThat(thread.results()).containsExactly("PARTIAL 1");
            List<String> passed = new ArrayList<>(partsOf("a", PARTS));
            passed.remove("a-700");
            assertThat(thread.outputs()).containsExactlyElementsOf(passed);

            away.clear();
            thread.replay(thread.deadLetters().getFirst());
            thread.until(() -> thread.results().size() == 2);
            assertThat(thread.results()).containsExactly("PARTIAL 1", "ACK 2");
            assertAllIsOver(thread);
        }
    }

    @Test
    void what_the_message_did_to_the_state_of_its_key_before_the_split_happens_once() {
        Pipeline pipeline = written(read(FailurePolicy.deadLetter())
                .keyedBySource(Text.serde())
                .process("count", Count::new)
                .splitIntoParts("parts", this::parts, Text.serde()));
        try (OneThread thread = run(pipeline)) {
            thread.send("k", "a*" + PARTS);
            thread.until(() -> thread.written("bundle") > 0);
            thread.deploy(pipeline);
            thread.until(() -> thread.outputs().size() > PARTS / 2);
            thread.deploy(pipeline);
            thread.until(() -> thread.outputs().size() == PARTS);
            thread.send("k", "b*1");
            thread.awaitOutputs("2b-1");
            assertThat(thread.outputs().subList(0, PARTS)).containsExactlyElementsOf(partsOf("1a", PARTS));
        }
    }

    private static final class Count extends KeyedProcess<String, String, String> {

        private final ValueState<String> count = valueState("count", Text.serde());

        @Override
        public void process(String message, Context<String, String> context) {
            String now = String.valueOf(Integer.parseInt(count.getOr("0")) + 1);
            count.set(now);
            context.emit(now + message);
        }
    }
}
