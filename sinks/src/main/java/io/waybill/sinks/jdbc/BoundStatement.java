package io.waybill.sinks.jdbc;

import io.waybill.pipeline.Poison;
import io.waybill.sink.Applied;
import io.waybill.sink.Rejection;
import io.waybill.sink.StagedRow;
import io.waybill.sinks.jdbc.JdbcTarget.Binder;
import io.waybill.sinks.sql.Parameters;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The team's statement, run once for each row of a batch. */
final class BoundStatement<T> {

    /** SQLSTATE: the values do not match the parameters. */
    private static final String OTHER_NUMBER = "07001";

    private final Wording wording;
    private final Binder<? super T> binder;
    private final int parameters;

    private BoundStatement(Wording wording, Binder<? super T> binder, int parameters) {
        this.wording = wording;
        this.binder = binder;
        this.parameters = parameters;
    }

    /** The statement as a database knows it. */
    private interface Wording {

        /** @param product as its driver names it */
        String on(String product) throws SQLException;
    }

    static <T> BoundStatement<T> of(String sql, Binder<? super T> binder) {
        return new BoundStatement<>(product -> sql, binder, Parameters.in(sql));
    }

    static <T> BoundStatement<T> of(Upsert upsert, Binder<? super T> binder) {
        return new BoundStatement<>(upsert::on, binder, upsert.values());
    }

    /**
     * @return why a row is not taken; null where all were
     * @throws SQLException where none of them is to blame
     */
    Applied.@Nullable Refused run(
            Connection connection, List<? extends StagedRow<? extends T>> rows, Answers answers, int seconds)
            throws SQLException {
        String sql = wording.on(connection.getMetaData().getDatabaseProductName());
        List<List<@Nullable Object>> bound = new ArrayList<>(rows.size());
        for (StagedRow<? extends T> row : rows) {
            try {
                bound.add(values(row.value()));
            } catch (Exception thrown) {
                return new Applied.Refused(rejection(row.offset(), thrown), true);
            }
            requireAll(sql, bound.getLast().size());
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(seconds);
            return send(statement, bound, rows, answers);
        }
    }

    private List<@Nullable Object> values(T value) throws Exception {
        RowValues values = new RowValues();
        binder.bind(value, values);
        return values.list();
    }

    /** It is the binder that is wrong, and no row: rejecting one after the other would set all of them aside. */
    private void requireAll(String sql, int values) throws SQLException {
        try {
            Parameters.requireAll(sql, parameters, values);
        } catch (IllegalArgumentException wrong) {
            throw new SQLSyntaxErrorException(wrong.getMessage(), OTHER_NUMBER, wrong);
        }
    }

    private static Rejection rejection(long offset, Exception thrown) {
        String code = thrown instanceof Poison poison
                ? poison.code()
                : thrown.getClass().getSimpleName();
        return new Rejection(offset, code, String.valueOf(thrown.getMessage()));
    }

    private static <T> Applied.@Nullable Refused send(
            PreparedStatement statement,
            List<List<@Nullable Object>> bound,
            List<? extends StagedRow<? extends T>> rows,
            Answers answers)
            throws SQLException {
        for (int n = 0; n < bound.size(); n++) {
            try {
                for (int i = 0; i < bound.get(n).size(); i++) {
                    statement.setObject(i + 1, bound.get(n).get(i));
                }
                statement.addBatch();
            } catch (SQLException refused) {
                if (answers.isRowsFault(refused)) {
                    return answers.refused(rows.get(n).offset(), refused, true);
                }
                throw refused;
            }
        }
        try {
            int[] unused = statement.executeBatch();
            return null;
        } catch (SQLException refused) {
            if (!answers.isRowsFault(refused)) {
                throw refused;
            }
            int at = refused instanceof BatchUpdateException batch ? batch.getUpdateCounts().length : rows.size();
            // Some drivers stop at the row that failed; those that mark all of them do not say which it was.
            boolean known = rows.size() == 1 || at < rows.size();
            return answers.refused(rows.get(known && rows.size() > 1 ? at : 0).offset(), refused, known);
        }
    }
}
