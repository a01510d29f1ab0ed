package io.waybill.audit;

import io.waybill.projection.StoredText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Enters what people did, in the caller's transaction: the change and its entry are there together or not at all.
 * Appending locks the end of the log until the transaction ends, so make it the last statement, and the transaction
 * short. Stateless and safe for any thread.
 */
public final class AuditLog {

    private static final int NAME = 512;
    private static final int PROSE = 16_384;

    private static final String APPEND = "SELECT waybill.audit_append(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final JsonMapper json = JsonMapper.shared();

    /**
     * @param connection with a transaction open, of isolation read committed; stays open
     * @return false where the deed was entered before
     */
    public boolean append(Connection connection, Deed deed) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(APPEND)) {
            statement.setString(1, StoredText.of(deed.id(), NAME));
            statement.setObject(2, deed.at().atOffset(ZoneOffset.UTC));
            statement.setString(3, StoredText.of(deed.actor(), NAME));
            statement.setString(4, deed.action().name());
            statement.setString(5, deed.action().kind().name());
            statement.setString(6, StoredText.of(deed.subject(), NAME));
            statement.setString(7, bounded(deed.pipeline(), NAME));
            statement.setObject(
                    8, deed.trackingId() == null ? null : deed.trackingId().value(), Types.OTHER);
            statement.setString(9, bounded(deed.reason(), PROSE));
            statement.setString(10, json.writeValueAsString(bounded(deed.detail())));
            try (var row = statement.executeQuery()) {
                row.next();
                row.getLong(1);
                return !row.wasNull();
            }
        }
    }

    private static @Nullable String bounded(@Nullable String text, int characters) {
        return text == null ? null : StoredText.of(text, characters);
    }

    /** In the order of names, so that one deed has one text. */
    private static Map<String, Object> bounded(Map<String, Object> detail) {
        Map<String, Object> ordered = new TreeMap<>();
        detail.forEach(
                (name, value) -> ordered.put(name, value instanceof String text ? StoredText.of(text, PROSE) : value));
        return ordered;
    }
}
