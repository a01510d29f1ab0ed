package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.Incident;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RelapseTest {

    private static final String KILLER = "key-1|1|0|oom";

    private static Incident incident(String id, Incident.Kind kind, String cause, boolean open) {
        return Incident.newBuilder()
                .setId(id)
                .setKind(kind)
                .setCause(cause)
                .setOpen(open)
                .build();
    }

    private static Relapse relapse(Incident... incidents) {
        return new Relapse(
                List.of(incidents), Map.of("flow.source.1", KILLER, "flow.source.2", "key-1|1|1|ok"), KILLER::equals);
    }

    @Test
    void explains_that_a_record_that_ends_its_owners_is_quarantined_again() {
        Incident told = incident("a", Incident.Kind.QUARANTINED, "quarantined/source/0/flow.source.1", true);

        assertThat(relapse(told).explains(told)).isTrue();
    }

    @Test
    void does_not_explain_that_one_is_quarantined_that_never_ended_an_owner() {
        Incident told = incident("a", Incident.Kind.QUARANTINED, "quarantined/source/0/flow.source.2", true);
        Incident unknown = incident("b", Incident.Kind.QUARANTINED, "quarantined/source/0/flow.source.3", true);

        assertThat(relapse(told, unknown).explains(told)).isFalse();
        assertThat(relapse(told, unknown).explains(unknown)).isFalse();
    }

    @Test
    void explains_a_failing_thread_only_where_it_works_in_the_end() {
        Incident fails = incident("a", Incident.Kind.THREAD_FAILED, "thread/thread-1", true);
        Incident works = incident("a", Incident.Kind.THREAD_FAILED, "thread/thread-1", false);

        assertThat(relapse(fails).explains(fails)).isFalse();
        assertThat(relapse(fails, works).explains(fails)).isTrue();
    }

    @Test
    void explains_nothing_else() {
        Incident halted = incident("a", Incident.Kind.TASK_HALTED, "task/source/0", true);
        Incident closed = incident("a", Incident.Kind.TASK_HALTED, "task/source/0", false);

        assertThat(relapse(halted, closed).explains(halted)).isFalse();
    }
}
