package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.Incident;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who closes what a thread said of itself, where the thread is gone. */
class FailingThreadTest {

    private static Pipeline pipeline() {
        return Pipeline.named(OneThread.PIPELINE)
                .from(KafkaSource.topic(OneThread.IN).value(Text.serde()))
                .withoutDeduplication()
                .to("out", KafkaSink.topic(OneThread.OUT).value(Text.serde()))
                .build();
    }

    /** As a thread of another process writes it. */
    private static Incident fails(String detail) {
        return Incident.newBuilder()
                .setId("fails")
                .setKind(Incident.Kind.THREAD_FAILED)
                .setOpen(true)
                .setPipeline(OneThread.PIPELINE)
                .setPartition(-1)
                .setCode("THREAD_FAILED")
                .setCause("thread:%s/%s".formatted(OneThread.PIPELINE, "gone-0"))
                .setDetail(detail)
                .build();
    }

    private static OneThread running() {
        OneThread thread = new OneThread(pipeline());
        thread.send(0, "a");
        thread.awaitOutputs("a");
        return thread;
    }

    @Test
    void another_thread_closes_the_incident_of_one_that_is_silent_for_five_minutes() {
        try (OneThread thread = running()) {
            thread.open(fails("once"));

            thread.pass(Duration.ofMinutes(4));
            assertThat(thread.incidents()).containsExactly(fails("once"));

            thread.pass(Duration.ofMinutes(2));
            assertThat(thread.incidents()).isEmpty();
        }
    }

    @Test
    void the_incident_of_one_that_goes_on_failing_stays_open() {
        try (OneThread thread = running()) {
            thread.open(fails("once"));
            thread.pass(Duration.ofMinutes(4));

            thread.open(fails("again"));
            thread.pass(Duration.ofMinutes(4));

            assertThat(thread.incidents()).containsExactly(fails("again"));
        }
    }

    @Test
    void an_owner_that_is_new_waits_as_long_as_the_others() {
        try (OneThread thread = running()) {
            thread.open(fails("once"));
            thread.pass(Duration.ofMinutes(4));

            thread.move();
            thread.pass(Duration.ofMinutes(4));
            assertThat(thread.incidents()).containsExactly(fails("once"));

            thread.pass(Duration.ofMinutes(2));
            assertThat(thread.incidents()).isEmpty();
        }
    }
}
