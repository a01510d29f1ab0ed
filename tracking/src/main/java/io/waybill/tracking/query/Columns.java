package io.waybill.tracking.query;

import io.waybill.format.TrackingId;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Columns as the views have them. */
final class Columns {

    private Columns() {}

    static TrackingId trackingId(ResultSet row, String column) throws SQLException {
        return new TrackingId(row.getObject(column, UUID.class));
    }

    static @Nullable TrackingId trackingIdOrNull(ResultSet row, String column) throws SQLException {
        UUID id = row.getObject(column, UUID.class);
        return id == null ? null : new TrackingId(id);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static List<Integer> ints(ResultSet row, String column) throws SQLException {
        return List.of((Integer[]) array(row, column));
    }

    static List<String> texts(ResultSet row, String column) throws SQLException {
        return List.of((String[]) array(row, column));
    }

    private static Object array(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array.getArray();
    }
}
