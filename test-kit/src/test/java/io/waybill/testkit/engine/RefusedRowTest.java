package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows that the system of a two-phase sink refuses as they are. */
class RefusedRowTest {

    private static final String REFUSED = "OUTPUT_REFUSED";

    private static OneThread started(FailurePolicy policy) {
        OneThread thread = new OneThread(sink -> Pipeline.named(OneThread.PIPELINE)
                .onFailure(policy)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .splitIntoParts("parts", value -> List.of(value.split(",", -1)), Text.serde())
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .to("ledger", sink)
                .build());
        thread.sink().refuse(row -> row.startsWith("bad"));
        return thread;
    }

    @Test
    void refused_rows_fail_their_own_parts_and_nothing_else() {
        try (OneThread thread = started(FailurePolicy.retry(5).thenDeadLetter())) {
            thread.send("key", "a,bad 1,b,bad 2");
            thread.send("key", "c");
            thread.awaitOutputs("a", "b", "c");

            thread.until(() -> thread.rows().equals(List.of("a", "b", "c")));
            assertThat(thread.outputs()).containsExactly("a", "b", "c");
            assertThat(thread.deadLetters())
                    .extracting(DeadLetterEvent::getCaptured)
                    .allSatisfy(dead -> assertThat(dead.getErrorCode()).isEqualTo(REFUSED))
                    .allSatisfy(dead -> assertThat(dead.getOperator()).isEqualTo("ledger"))
                    .extracting(dead -> dead.getPayload().toStringUtf8())
                    .containsExactly("bad 1", "bad 2");
        }
    }

    @Test
    void all_refused_rows_of_a_checkpoint_cost_one_abort() {
        try (OneThread thread = started(FailurePolicy.deadLetter())) {
            thread.send("key", "bad 1,bad 2,bad 3,bad 4,a");
            thread.awaitOutputs("a");

            assertThat(thread.deadLetters()).hasSize(4);
            assertThat(thread.sink().refusals()).isEqualTo(1);
        }
    }

    @Test
    void a_replay_is_written_again_once_the_system_takes_it() {
        try (OneThread thread = started(FailurePolicy.deadLetter())) {
            thread.send("key", "bad");
            thread.until(() -> !thread.deadLetters().isEmpty());
            thread.sink().refuse(row -> false);

            thread.replay(thread.deadLetters().getFirst());
            thread.awaitOutputs("bad");

            thread.until(() -> thread.rows().equals(List.of("bad")));
            assertThat(thread.deadLetters())
                    .filteredOn(DeadLetterEvent::hasResolved)
                    .hasSize(1);
        }
    }

    @Test
    void the_policy_of_the_sink_may_stop_the_task() {
        try (OneThread thread = started(FailurePolicy.stop())) {
            thread.send("key", "a");
            thread.send("key", "bad");

            assertThat(thread.awaitIncident().getCode()).isEqualTo(REFUSED);
            thread.awaitOutputs("a");
            thread.until(() -> thread.rows().equals(List.of("a")));
            assertThat(thread.deadLetters()).isEmpty();
        }
    }
}
