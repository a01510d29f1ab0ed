package io.waybill.audit.query;

import io.waybill.audit.AuditEntry;
import io.waybill.format.TrackingId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of {@code waybill.audit_entry}. Stateless. */
public final class EntryRows {

    private EntryRows() {}

    public static AuditEntry entry(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getLong("number"),
                row.getString("event_id"),
                instant(row, "at"),
                instant(row, "recorded_at"),
                row.getString("actor"),
                row.getString("action"),
                row.getString("subject_kind"),
                row.getString("subject"),
                row.getString("pipeline"),
                trackingId(row.getObject("tracking_id", UUID.class)),
                row.getString("reason"),
                row.getString("detail"),
                HexFormat.of().formatHex(row.getBytes("hash")));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable TrackingId trackingId(@Nullable UUID value) {
        return value == null ? null : new TrackingId(value);
    }
}
