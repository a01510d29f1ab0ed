package io.waybill.tracking.query;

import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.FlowView;
import io.waybill.tracking.FlowQueries.PartStatus;
import io.waybill.tracking.FlowQueries.PartView;
import io.waybill.tracking.FlowQueries.ResultView;
import io.waybill.tracking.FlowQueries.Waiting;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of the tracking schema as views. */
final class FlowRows {

    private FlowRows() {}

    /** One result and the flow it is of. */
    record ResultOf(TrackingId flow, ResultView view) {}

    /** @param results of many flows, each in order */
    static FlowView flow(ResultSet row, Map<TrackingId, List<ResultView>> results) throws SQLException {
        TrackingId id = Columns.trackingId(row, "tracking_id");
        return new FlowView(
                id,
                row.getString("pipeline"),
                row.getInt("pipeline_version"),
                FlowStatus.valueOf(row.getString("status")),
                row.getString("message_id"),
                row.getString("batch_id"),
                row.getString("name"),
                Columns.trackingIdOrNull(row, "duplicate_of"),
                Columns.trackingIdOrNull(row, "caused_by"),
                orEmpty(row.getString("source_topic")),
                orUnknown(row.getObject("source_partition", Integer.class)),
                orUnknown(row.getObject("source_offset", Long.class)),
                Columns.instant(row, "received_at"),
                Columns.instantOrNull(row, "settled_at"),
                row.getLong("size_bytes"),
                row.getLong("leaves"),
                row.getLong("succeeded"),
                row.getLong("failed"),
                row.getLong("open_dead_letters"),
                waiting(row),
                results.getOrDefault(id, List.of()));
    }

    private static @Nullable Waiting waiting(ResultSet row) throws SQLException {
        Instant until = Columns.instantOrNull(row, "waiting_until");
        return until == null
                ? null
                : new Waiting(
                        row.getString("waiting_operator"),
                        row.getString("waiting_error"),
                        row.getInt("waiting_tries"),
                        until);
    }

    static ResultOf result(ResultSet row) throws SQLException {
        return new ResultOf(
                Columns.trackingId(row, "tracking_id"),
                new ResultView(
                        row.getInt("number"),
                        FlowStatus.valueOf(row.getString("status")),
                        row.getLong("leaves"),
                        row.getLong("succeeded"),
                        row.getLong("failed"),
                        Columns.instant(row, "settled_at")));
    }

    static PartView part(ResultSet row) throws SQLException {
        return new PartView(
                Columns.ints(row, "path").stream().map(String::valueOf).collect(Collectors.joining(".")),
                PartStatus.valueOf(row.getString("status")),
                row.getString("label"),
                row.getInt("attempt"),
                row.getString("dead_letter_id"),
                row.getString("operator"),
                row.getString("error_code"),
                row.getString("error_message"),
                Columns.texts(row, "outputs"),
                Columns.instant(row, "settled_at"),
                row.getString("pipeline"));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** -1 until someone told of the receipt. */
    private static int orUnknown(@Nullable Integer number) {
        return number == null ? -1 : number;
    }

    private static long orUnknown(@Nullable Long number) {
        return number == null ? -1 : number;
    }
}
