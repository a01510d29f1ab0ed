package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.Refusals.Refusal;
import io.waybill.format.TrackingId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    private static final Instant NOW = Instant.parse("2026-11-27T05:00:00Z");
    private static final TrackingId FLOW = TrackingId.of(NOW.toEpochMilli(), new byte[16]);
    private static final PartPath PATH = new PartPath(List.of(2));
    private static final Refusal REFUSAL = new Refusal(Refusals.record(FLOW, PATH), "ledger", "too long");

    private final Refusals refusals = new Refusals();

    private void abortedBy(Refusal refusal, Instant at) {
        refusals.add(new OutputRefusedException(List.of(refusal)), at);
        refusals.begin(at);
    }

    private @Nullable Refusal take(int attempt) {
        return refusals.take(FLOW, PATH, attempt, NOW);
    }

    @Test
    void what_was_refused_is_told_once_and_again_where_its_checkpoint_was_aborted() {
        abortedBy(REFUSAL, NOW);

        assertThat(take(0)).isEqualTo(REFUSAL);
        assertThat(take(0)).isNull();
        refusals.begin(NOW);
        assertThat(take(0)).isEqualTo(REFUSAL);
        refusals.committed();
        refusals.begin(NOW);
        assertThat(take(0)).isNull();
    }

    @Test
    void a_replay_is_sent_again_though_another_thread_has_dealt_with_what_was_found_here() {
        abortedBy(REFUSAL, NOW);

        assertThat(take(1)).isNull();
    }

    @Test
    void a_replay_that_is_refused_itself_is_not_sent_again() {
        assertThat(take(1)).isNull();
        abortedBy(REFUSAL, NOW);

        assertThat(take(1)).isEqualTo(REFUSAL);
        assertThat(take(2)).isNull();
    }

    @Test
    void what_was_found_long_ago_is_forgotten() {
        abortedBy(REFUSAL, NOW.minus(Duration.ofMinutes(6)));
        refusals.begin(NOW);

        assertThat(take(0)).isNull();
    }
}
