package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.Incident;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import io.waybill.testkit.sink.SimSink;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a version does not declare any more while the log says that it must still be committed. */
class LeftSinkTest {

    /** Several looks of the janitor. */
    private static final Duration A_WHILE = Duration.ofMinutes(2);

    private final AtomicReference<SimSink> sink = new AtomicReference<>();

    private Pipeline withSink(String name) {
        return Pipeline.named(OneThread.PIPELINE)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .to(name, Objects.requireNonNull(sink.get(), "the simulation makes it"))
                .build();
    }

    private OneThread started() {
        return new OneThread(made -> {
            sink.set(made);
            return withSink("ledger");
        });
    }

    @Test
    void a_sink_that_was_given_up_with_committed_rows_in_it_is_named_until_a_version_that_has_it_is_back() {
        try (OneThread thread = started()) {
            thread.sinkIsReluctant(true);
            thread.send("key", "a");
            thread.awaitOutputs("a");
            String handle = thread.prepared().getFirst().text();

            thread.deploy(withSink("other"));
            thread.pass(A_WHILE);

            assertThat(thread.incidents())
                    .filteredOn(incident -> incident.getCode().equals("SINK_LEFT"))
                    .singleElement()
                    .satisfies(left -> {
                        assertThat(left.getOperator()).isEqualTo("ledger");
                        assertThat(left.getKind()).isEqualTo(Incident.Kind.SINK_UNRESOLVED);
                        assertThat(left.getDetail()).contains(handle, "since 20");
                    });
            assertThat(thread.prepared()).extracting(one -> one.text()).contains(handle);

            thread.sinkIsReluctant(false);
            thread.deploy(withSink("ledger"));
            thread.pass(A_WHILE);

            assertThat(thread.incidents()).isEmpty();
            assertThat(thread.prepared()).isEmpty();
        }
    }

    @Test
    void a_sink_that_was_given_up_with_nothing_in_it_is_not_spoken_of() {
        try (OneThread thread = started()) {
            thread.send("key", "a");
            thread.awaitOutputs("a");
            thread.pass(A_WHILE);

            thread.deploy(withSink("other"));
            thread.send("key", "b");
            thread.pass(A_WHILE);

            assertThat(thread.incidents()).isEmpty();
        }
    }
}
