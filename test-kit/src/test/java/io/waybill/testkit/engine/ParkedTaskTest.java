package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.Incident;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is said of a task that waits for its two-phase sink, and for how long. */
class ParkedTaskTest {

    private static final String HALTED = "PARTITION_COUNT_CHANGED";
    private static final Duration AN_OUTAGE = Duration.ofSeconds(30);
    private static final Duration TOO_LONG = Duration.ofDays(1);
    /** Several looks at the incidents, and at the partitions of the inputs. */
    private static final Duration A_WHILE = Duration.ofSeconds(30);

    private static OneThread started() {
        return new OneThread(sink -> Pipeline.named(OneThread.PIPELINE)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .to("ledger", sink)
                .build());
    }

    private static Incident parked(OneThread thread, Duration outage) {
        thread.sinkIsAway(outage);
        Incident parked = thread.awaitIncident();
        assertThat(parked.getKind()).isEqualTo(Incident.Kind.SINK_UNRESOLVED);
        return parked;
    }

    /** A former owner wrote it before it knew that it is none, and the present one sees it only now. */
    private static void comesLate(OneThread thread, Incident parked) {
        thread.open(parked.toBuilder().setId("late").build());
        thread.pass(A_WHILE);
    }

    @Test
    void a_task_that_halts_while_it_is_parked_waits_for_its_sink_no_more() {
        try (OneThread thread = started()) {
            Incident unused = parked(thread, TOO_LONG);

            thread.grow(2);
            thread.pass(A_WHILE);

            assertThat(thread.incidents()).extracting(Incident::getCode).containsExactly(HALTED, HALTED);
        }
    }

    @Test
    void a_former_owner_that_says_late_that_a_halted_task_is_parked_is_corrected() {
        try (OneThread thread = started()) {
            Incident parked = parked(thread, AN_OUTAGE);
            thread.until(() -> thread.incidents().isEmpty());
            thread.grow(2);
            thread.pass(A_WHILE);

            comesLate(thread, parked);

            assertThat(thread.incidents()).extracting(Incident::getCode).containsExactly(HALTED, HALTED);
        }
    }

    @Test
    void a_former_owner_that_says_late_that_a_running_task_is_parked_is_corrected() {
        try (OneThread thread = started()) {
            Incident parked = parked(thread, AN_OUTAGE);
            thread.send("key", "a");
            thread.awaitOutputs("a");
            assertThat(thread.incidents()).isEmpty();

            comesLate(thread, parked);

            assertThat(thread.incidents()).isEmpty();
        }
    }
}
