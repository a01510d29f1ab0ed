package io.waybill.audit.query;

import io.waybill.audit.AuditEntry;
import io.waybill.audit.AuditQueries;
import io.waybill.audit.InvalidAuditQueryException;
import io.waybill.audit.InvalidAuditQueryException.Code;
import io.waybill.projection.StoredText;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** By keyset: the hundredth page costs what the first one does. */
public final class JdbcAuditQueries implements AuditQueries {

    private static final int MOST = 500;
    private static final int FETCHED = 500;

    private final DataSource dataSource;
    private final JdbcTemplate jdbc;

    public JdbcAuditQueries(DataSource dataSource) {
        this.dataSource = dataSource;
        this.jdbc = new JdbcTemplate(dataSource);
    }

    @Override
    public Page entries(Filter filter, @Nullable String cursor, int limit) {
        if (limit < 1 || limit > MOST) {
            throw new InvalidAuditQueryException(
                    Code.INVALID_LIMIT, "expected a limit from 1 to %d, but was %d".formatted(MOST, limit));
        }
        Where where = Where.of(filter);
        if (cursor != null) {
            where.and("number < ?", number(cursor));
        }
        List<AuditEntry> rows = jdbc.query(
                "SELECT * FROM waybill.audit_entry" + where.sql() + " ORDER BY number DESC LIMIT " + (limit + 1),
                (row, index) -> EntryRows.entry(row),
                where.values());
        boolean more = rows.size() > limit;
        List<AuditEntry> page = more ? List.copyOf(rows.subList(0, limit)) : rows;
        return new Page(page, more ? Long.toString(page.getLast().number()) : null);
    }

    @Override
    public void each(Filter filter, Consumer<AuditEntry> to) {
        Where where = Where.of(filter);
        // The driver keeps a cursor only inside a transaction, and one of its own: what failed outside is not its
        // business.
        TransactionTemplate reading = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        reading.setReadOnly(true);
        JdbcTemplate few = new JdbcTemplate(dataSource);
        few.setFetchSize(FETCHED);
        reading.executeWithoutResult(status -> few.query(
                "SELECT * FROM waybill.audit_entry" + where.sql() + " ORDER BY number",
                (RowCallbackHandler) row -> to.accept(EntryRows.entry(row)),
                where.values()));
    }

    private static long number(String cursor) {
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw new InvalidAuditQueryException(
                    Code.INVALID_CURSOR, "expected a cursor as a page returned it, but was: " + cursor);
        }
    }

    /** Terms joined by AND; values travel as parameters only. */
    private static final class Where {

        private final List<String> terms = new ArrayList<>();
        private final List<Object> values = new ArrayList<>();

        static Where of(Filter filter) {
            Where where = new Where();
            if (filter.from() != null) {
                where.and("at >= ?", filter.from().atOffset(ZoneOffset.UTC));
            }
            if (filter.until() != null) {
                where.and("at < ?", filter.until().atOffset(ZoneOffset.UTC));
            }
            where.andText("actor", filter.actor());
            where.andText("action", filter.action());
            where.andText("pipeline", filter.pipeline());
            where.andText("subject", filter.subject());
            if (filter.trackingId() != null) {
                where.and("tracking_id = ?", filter.trackingId().value());
            }
            return where;
        }

        private void andText(String column, @Nullable String text) {
            if (text != null) {
                and(column + " = ?", StoredText.of(text, text.length()));
            }
        }

        void and(String term, Object value) {
            terms.add(term);
            values.add(value);
        }

        String sql() {
            return terms.isEmpty() ? "" : " WHERE " + String.join(" AND ", terms);
        }

        Object[] values() {
            return values.toArray();
        }
    }
}
