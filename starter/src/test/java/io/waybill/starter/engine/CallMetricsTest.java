package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.engine.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<String> passedOn = new ArrayList<>();
    private final CallMetrics metrics = new CallMetrics(
            new Probe() {
                @Override
                public void at(Point point, String subject) {
                    // Not of a call.
                }

                @Override
                public void called(String pipeline, String operator, CallEnd end, Duration time) {
                    passedOn.add(operator + " " + end);
                }
            },
            registry);

    @Test
    void shows_how_many_are_in_flight_of_all_tasks_and_how_long_they_took_by_their_end() {
        metrics.calling("settlement", "fraud", 1);
        metrics.calling("settlement", "fraud", 1);
        metrics.calling("settlement", "limits", 1);
        metrics.calling("settlement", "fraud", -1);
        metrics.called("settlement", "fraud", Probe.CallEnd.ANSWERED, Duration.ofMillis(30));
        metrics.called("settlement", "fraud", Probe.CallEnd.TIMED_OUT, Duration.ofSeconds(2));

        assertThat(registry.get("waybill.calls.in.flight")
                        .tags("pipeline", "settlement", "operator", "fraud")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("waybill.calls")
                        .tags("operator", "fraud", "outcome", "answered")
                        .timer()
                        .totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(30);
        assertThat(registry.get("waybill.calls")
                        .tags("operator", "fraud", "outcome", "timed-out")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(passedOn).containsExactly("fraud ANSWERED", "fraud TIMED_OUT");
    }
}
