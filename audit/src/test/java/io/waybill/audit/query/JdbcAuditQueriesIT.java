package io.waybill.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.audit.AuditEntry;
import io.waybill.audit.AuditQueries.Filter;
import io.waybill.audit.AuditQueries.Page;
import io.waybill.audit.InvalidAuditQueryException;
import io.waybill.audit.fixture.AuditDatabase;
import io.waybill.audit.fixture.Deeds;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcAuditQueriesIT {

    @RegisterExtension
    static final AuditDatabase database = new AuditDatabase();

    private final JdbcAuditQueries queries = new JdbcAuditQueries(database.dataSource());

    private List<Long> numbers(Filter filter) {
        return queries.entries(filter, null, 500).entries().stream()
                .map(AuditEntry::number)
                .toList();
    }

    private static Filter by(@Nullable String actor, @Nullable String action, @Nullable String pipeline) {
        return new Filter(null, null, actor, action, pipeline, null, null);
    }

    @Test
    void an_entry_has_all_that_was_entered() throws SQLException {
        Deeds.append(database.dataSource(), 15);

        AuditEntry entry = queries.entries(Filter.ALL, null, 1).entries().getFirst();

        assertThat(entry.number()).isEqualTo(15);
        assertThat(entry.eventId()).isEqualTo("deed-15");
        assertThat(entry.at()).isEqualTo(Deeds.numbered(15).at());
        assertThat(entry.actor()).isEqualTo("anton");
        assertThat(entry.action()).isEqualTo("DISCARD_ORDERED");
        assertThat(entry.subjectKind()).isEqualTo("DEAD_LETTER");
        assertThat(entry.subject()).isEqualTo("dead-letter-0");
        assertThat(entry.pipeline()).isEqualTo("payments");
        assertThat(entry.trackingId()).isEqualTo(Deeds.FLOW);
        assertThat(entry.reason()).isEqualTo(Deeds.numbered(3).reason());
        assertThat(entry.detail()).isEqualTo("{\"attempt\":1,\"revision\":15}");
        assertThat(entry.hash()).hasSize(64);
    }

    @Test
    void pages_neither_skip_nor_repeat_while_entries_come() throws SQLException {
        Deeds.append(database.dataSource(), 25);
        List<Long> seen = new ArrayList<>();
        String cursor = null;
        int next = 26;
        do {
            Page page = queries.entries(Filter.ALL, cursor, 4);
            page.entries().forEach(entry -> seen.add(entry.number()));
            cursor = page.nextCursor();
            Deeds.append(database.dataSource(), Deeds.numbered(next++));
        } while (cursor != null);

        assertThat(seen)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 25).map(n -> 26 - n).boxed().toList());
    }

    @Test
    void each_filter_finds_its_entries_and_all_of_them_together() throws SQLException {
        Deeds.append(database.dataSource(), 12);

        assertThat(numbers(by("berta", null, null))).containsExactly(12L, 10L, 8L, 6L, 4L, 2L);
        assertThat(numbers(by(null, "DISCARD_ORDERED", null))).containsExactly(12L, 9L, 6L, 3L);
        assertThat(numbers(by(null, null, "other"))).containsExactly(12L, 8L, 4L);
        assertThat(numbers(by("berta", "DISCARD_ORDERED", "other"))).containsExactly(12L);
        assertThat(numbers(new Filter(null, null, null, null, null, "dead-letter-3", null)))
                .containsExactly(8L, 3L);
        assertThat(numbers(new Filter(null, null, null, null, null, null, Deeds.FLOW)))
                .containsExactly(10L, 5L);
        assertThat(numbers(new Filter(Deeds.numbered(3).at(), Deeds.numbered(5).at(), null, null, null, null, null)))
                .containsExactly(4L, 3L);
        assertThat(numbers(by("no\0body", null, null))).isEmpty();
    }

    @Test
    void every_entry_comes_oldest_first() throws SQLException {
        Deeds.append(database.dataSource(), 1_203);
        List<Long> all = new ArrayList<>();

        queries.each(Filter.ALL, entry -> all.add(entry.number()));

        assertThat(all)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 1_203).boxed().toList());
    }

    @Test
    void what_cannot_be_meant_is_named() {
        assertThatThrownBy(() -> queries.entries(Filter.ALL, null, 0))
                .isInstanceOf(InvalidAuditQueryException.class)
                .hasMessage("expected a limit from 1 to 500, but was 0");
        assertThatThrownBy(() -> queries.entries(Filter.ALL, "x", 10))
                .isInstanceOf(InvalidAuditQueryException.class)
                .hasMessageContaining("expected a cursor");
    }
}
