package io.waybill.deadletters.query;

import static io.waybill.deadletters.fixture.Events.apply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.waybill.deadletters.DeadLetters.DeadLetterFilter;
import io.waybill.deadletters.DeadLetters.FailureGroup;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.deadletters.fixture.Database;
import io.waybill.deadletters.fixture.Events;
import io.waybill.deadletters.projection.DeadLetterProjection;
import io.waybill.format.Topics;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Database.class)
class JdbcDeadLettersIT {

    private final DeadLetterProjection projection;
    private final JdbcDeadLetters deadLetters;

    JdbcDeadLettersIT(DataSource dataSource) {
        projection = new DeadLetterProjection(dataSource, new Topics("waybill"));
        deadLetters = new JdbcDeadLetters(dataSource);
    }

    @BeforeEach
    void fourDeadLettersOneOfThemResolved() {
        IntStream.range(1, 4)
                .mapToObj(Events::of)
                .forEach(letter -> apply(projection, letter.captured(0, "", 0, "INVALID_IBAN", new byte[7])));
        apply(projection, Events.of(4).captured(0, "", 0, "LIMIT", new byte[0]));
        apply(projection, Events.of(3).resolved(1, "r", 0));
    }

    @Test
    void groups_what_is_unresolved_by_cause_most_numerous_first() {
        assertThat(deadLetters.groups(DeadLetterFilter.ALL, 10))
                .extracting(
                        FailureGroup::pipeline, FailureGroup::operator, FailureGroup::errorCode, FailureGroup::count)
                .containsExactly(
                        tuple("payment-files", "validate", "INVALID_IBAN", 2L),
                        tuple("payment-files", "validate", "LIMIT", 1L));
        assertThat(deadLetters.groups(DeadLetterFilter.ALL, 1)).hasSize(1);
    }

    @Test
    void counts_and_lists_what_a_filter_matches() {
        DeadLetterFilter resolved =
                new DeadLetterFilter(null, null, "INVALID_IBAN", Status.RESOLVED, null, null, false);

        assertThat(deadLetters.count(DeadLetterFilter.ALL)).isEqualTo(4);
        assertThat(deadLetters.count(resolved)).isEqualTo(1);
        assertThat(deadLetters.deadLetters(resolved, null, 1).deadLetters())
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.id()).isEqualTo(Events.of(3).id());
                    assertThat(found.sizeBytes()).isEqualTo(7);
                });
    }

    @Test
    void takes_text_as_a_value_never_as_sql() {
        DeadLetterFilter hostile = new DeadLetterFilter("' or '1'='1", null, null, null, null, "%'; drop--\0", false);

        assertThat(deadLetters.deadLetters(hostile, null, 500).deadLetters()).isEmpty();
    }

    @Test
    void refuses_limits_and_cursors_that_are_none() {
        assertThatThrownBy(() -> deadLetters.deadLetters(DeadLetterFilter.ALL, null, 0))
                .hasMessage("expected a limit from 1 to 500, but was 0");
        assertThatThrownBy(() -> deadLetters.groups(DeadLetterFilter.ALL, 501)).hasMessageContaining("1 to 500");
        assertThatThrownBy(() -> deadLetters.deadLetters(DeadLetterFilter.ALL, "bm9uZQ", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a cursor");
    }
}
