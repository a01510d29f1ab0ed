package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");

    private final RateLimit limit = new RateLimit(100, 4);
    private Instant now = NOON;

    /** How many are admitted in this time, looked at every millisecond. */
    private int admitted(Duration time) {
        int taken = 0;
        for (Instant end = now.plus(time); now.isBefore(end); now = now.plusMillis(1)) {
            while (limit.admits(now)) {
                limit.takes(now);
                taken++;
            }
        }
        return taken;
    }

    @Test
    void a_thread_with_all_partitions_may_use_the_whole_limit() {
        limit.owns(4);
        assertThat(admitted(Duration.ofSeconds(10))).isBetween(1_000, 1_006);
    }

    @Test
    void a_thread_with_some_partitions_has_their_part_of_it() {
        limit.owns(1);
        assertThat(admitted(Duration.ofSeconds(10))).isBetween(250, 252);
    }

    @Test
    void what_was_not_used_is_not_made_up_for_by_more_than_a_twentieth_of_a_second() {
        limit.owns(4);
        now = now.plus(Duration.ofHours(1));
        assertThat(admitted(Duration.ofMillis(1))).isBetween(5, 6);
    }

    @Test
    void the_next_record_is_due_when_it_is_admitted() {
        limit.owns(4);
        admitted(Duration.ofMillis(1));
        assertThat(limit.admits(limit.nextAt().minusNanos(1))).isFalse();
        assertThat(limit.admits(limit.nextAt())).isTrue();
    }

    @Test
    void no_limit_admits_always() {
        RateLimit.NONE.takes(now);
        assertThat(RateLimit.NONE.admits(Instant.EPOCH)).isTrue();
        assertThat(RateLimit.NONE.isNone()).isTrue();
    }
}
