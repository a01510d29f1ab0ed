package io.waybill.sinks.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {

    @Test
    void values_become_what_the_driver_takes() {
        Values values = new Values()
                .add("text")
                .add(null)
                .add(DayOfWeek.MONDAY)
                .add(BigInteger.TEN)
                .add(Instant.EPOCH);

        assertThat(values.list())
                .containsExactly("text", null, "MONDAY", BigDecimal.TEN, OffsetDateTime.parse("1970-01-01T00:00:00Z"));
    }

    @Test
    void bytes_that_change_later_do_not_change_the_row() {
        byte[] bytes = {1, 2};
        List<?> row = new Values().add(bytes).list();
        bytes[0] = 9;
        assertThat((byte[]) row.getFirst()).containsExactly(1, 2);
    }

    @Test
    void what_postgres_would_refuse_is_refused_for_the_record() {
        Values values = new Values().add(1);
        assertThatThrownBy(() -> values.add("zero\0byte"))
                .hasMessageContaining("value 2")
                .hasMessageContaining("zero");
        assertThatThrownBy(() -> values.add("half \ud83d")).hasMessageContaining("value 2");
        assertThatThrownBy(() -> values.add(new Object())).hasMessageContaining("java.lang.Object");
        assertThat(values.add("whole \ud83d\ude00").list()).hasSize(2);
    }

    @Test
    void a_row_knows_about_how_large_it_is() {
        assertThat(new Values().add("x".repeat(1_000)).add(new byte[500]).bytes())
                .isBetween(1_500L, 1_600L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "INSERT INTO a VALUES (?, ?)                                 | 2",
                "INSERT INTO a VALUES (?, 'what?', 'it''s?')                 | 1",
                "INSERT INTO \"a?\" VALUES (?::jsonb, $x$ ? $x$) -- why? | 1",
                "UPDATE a SET b = ? /* ? */ WHERE c ?? 'key' AND d = ?       | 2",
            })
    void a_row_has_a_value_for_each_parameter(String sql, int parameters) {
        Values values = new Values();
        for (int i = 0; i < parameters; i++) {
            values.add(i);
        }
        Statements statements = Statements.of(sql);
        assertThat(statements.row(values).values()).hasSize(parameters);
        assertThatThrownBy(() -> statements.row(values.add("more"))).hasMessageContaining("expected " + parameters);
    }
}
