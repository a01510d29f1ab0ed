package io.waybill.sinks.postgres;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The server answered a batch of rows with an error. */
final class RowsNotRunException extends SQLException {

    private static final long serialVersionUID = 1;

    private final BatchUpdateException answer;

    /**
     * @param from of the batch among the rows, from 1
     * @param to its last one
     * @param entry of the batch, from 0; null where the driver did not say which
     */
    RowsNotRunException(int from, int to, @Nullable Integer entry, String sql, BatchUpdateException answer) {
        super(
                "expected to run '%s' for %s of the checkpoint, but %s"
                        .formatted(sql, which(from, to, entry), PostgresSinkException.told(answer)),
                answer.getSQLState(),
                answer);
        this.answer = answer;
    }

    private static String which(int from, int to, @Nullable Integer entry) {
        return entry == null ? "rows %d to %d".formatted(from, to) : "row %d".formatted(from + entry);
    }

    SQLException answer() {
        return answer;
    }
}
