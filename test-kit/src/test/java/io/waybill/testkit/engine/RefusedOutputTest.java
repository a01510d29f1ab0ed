package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Serde;
import io.waybill.pipeline.Text;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Outputs that the broker refuses as they are: here without a key, on a compacted topic. */
class RefusedOutputTest {

    private static final String REFUSED = "OUTPUT_REFUSED";

    /** Writes no key where the value says so, against its contract. */
    private static final Serde<String> SOMETIMES = new Serde<>() {

        private final byte[][] none = new byte[1][];

        @Override
        public byte[] serialize(String value) throws Exception {
            return value.equals("keyless") ? none[0] : Text.serde().serialize(value);
        }

        @Override
        public String deserialize(byte[] bytes) throws Exception {
            return Text.serde().deserialize(bytes);
        }
    };

    private static OneThread started(FailurePolicy policy) {
        Pipeline pipeline = Pipeline.named(OneThread.PIPELINE)
                .onFailure(policy)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .splitIntoParts("parts", value -> List.of(value.split(",", -1)), Text.serde())
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()).key(value -> value, SOMETIMES))
                .build();
        return new OneThread(pipeline, 1, Map.of("cleanup.policy", "compact"));
    }

    @Test
    void a_refused_output_fails_its_own_record_and_no_other() {
        try (OneThread thread = started(FailurePolicy.retry(5).thenDeadLetter())) {
            thread.send("key", "a,keyless,b");
            thread.send("key", "c");
            thread.awaitOutputs("a", "b", "c");

            assertThat(thread.outputs()).containsExactly("a", "b", "c");
            assertThat(thread.deadLetters()).hasSize(1);
            DeadLetterEvent dead = thread.deadLetters().getFirst();
            assertThat(dead.getCaptured().getErrorCode()).isEqualTo(REFUSED);
            assertThat(dead.getCaptured().getOperator()).isEqualTo("out");
            assertThat(dead.getCaptured().getPayload().toStringUtf8()).isEqualTo("keyless");
        }
    }

    @Test
    void a_replay_is_sent_again_and_fails_again_as_its_own_record() {
        try (OneThread thread = started(FailurePolicy.deadLetter())) {
            thread.send("key", "keyless");
            thread.until(() -> !thread.deadLetters().isEmpty());

            thread.replay(thread.deadLetters().getFirst());
            thread.until(() -> thread.deadLetters().stream()
                            .filter(DeadLetterEvent::hasCaptured)
                            .count()
                    == 2);
            assertThat(thread.deadLetters().getLast().getCaptured().getErrorCode())
                    .isEqualTo(REFUSED);
        }
    }

    @Test
    void the_policy_of_the_sink_may_stop_the_task() {
        try (OneThread thread = started(FailurePolicy.stop())) {
            thread.send("key", "a");
            thread.send("key", "keyless");

            assertThat(thread.awaitIncident().getCode()).isEqualTo(REFUSED);
            thread.awaitOutputs("a");
            assertThat(thread.deadLetters()).isEmpty();
        }
    }
}
