package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.pipeline.Context;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import io.waybill.pipeline.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** After a long stop everything is due at once. */
class ManyTimersTest {

    private static final int MESSAGES = 1_000;
    private static final int TIMERS_OF_EACH = 100;
    /** {@code Timers.MOST_FOR_EACH_CHECKPOINT}. */
    private static final int MOST_BETWEEN_RECORDS = 1_000;

    private final AtomicInteger armed = new AtomicInteger();
    private final AtomicInteger fired = new AtomicInteger();

    private Pipeline pipeline() {
        return Pipeline.named(OneThread.PIPELINE)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .keyedBySource(Text.serde())
                .process("wake", () -> new Waking(armed, fired))
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
    }

    @Test
    void a_hundred_thousand_timers_that_are_due_fire_once_each_and_records_go_on_between_them() {
        try (OneThread thread = new OneThread(pipeline())) {
            for (int i = 0; i < MESSAGES; i++) {
                thread.send("key " + i, "arm");
            }
            thread.until(() -> armed.get() == MESSAGES);
            thread.pass(Duration.ofSeconds(1));
            assertThat(fired).hasValue(0);

            thread.deploy(pipeline());
            thread.pass(Duration.ofMinutes(50));
            thread.until(() -> fired.get() > 0);
            thread.send("key", "record");
            thread.until(() -> fired.get() >= MESSAGES * TIMERS_OF_EACH);
            thread.pass(Duration.ofSeconds(1));

            assertThat(fired).hasValue(MESSAGES * TIMERS_OF_EACH);
            assertThat(thread.rows("timer")).isEmpty();
        }
    }

    @Test
    void a_record_waits_for_no_more_timers_than_one_checkpoint_holds() {
        try (OneThread thread = new OneThread(pipeline())) {
            for (int i = 0; i < MESSAGES; i++) {
                thread.send("key " + i, "arm");
            }
            thread.until(() -> armed.get() == MESSAGES);
            thread.until(() -> fired.get() > 0);
            int before = fired.get();

            thread.send("key", "record");
            thread.until(() -> armed.get() == MESSAGES + 1);
            thread.pass(Duration.ofSeconds(1));

            String[] said = thread.outputs().getLast().split(" after ", -1);
            assertThat(said[0]).isEqualTo("record");
            assertThat(Integer.parseInt(said[1]) - before).isBetween(0, 4 * MOST_BETWEEN_RECORDS);
        }
    }

    private static final class Waking extends KeyedProcess<String, String, String> {

        private static final Duration WAIT = Duration.ofHours(1);

        private final AtomicInteger armed;
        private final AtomicInteger fired;

        Waking(AtomicInteger armed, AtomicInteger fired) {
            this.armed = armed;
            this.fired = fired;
        }

        @Override
        public void process(String value, Context<String, String> ctx) {
            for (int i = 0; value.equals("arm") && i < TIMERS_OF_EACH; i++) {
                ctx.timer("" + i, ctx.now().plus(WAIT));
            }
            armed.incrementAndGet();
            ctx.emit(value + " after " + fired.get());
        }

        @Override
        public void onTimer(Timer timer, Context<String, String> ctx) {
            fired.incrementAndGet();
        }
    }
}
