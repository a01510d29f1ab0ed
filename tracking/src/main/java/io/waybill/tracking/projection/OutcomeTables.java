package io.waybill.tracking.projection;

import static java.util.stream.Collectors.partitioningBy;

import io.waybill.format.TrackingId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The statements that bring a batch into the tables. Rows of flows that the database has not seen are copied in; those
 * of known flows are copied beside and merged in one statement for each table. The number of statements is the same for
 * one row and for a hundred thousand.
 */
final class OutcomeTables {

    private static final String KNOWN = "SELECT " + TrackedFlow.COLUMNS
            + " FROM waybill.flow WHERE tracking_id = ANY (?) ORDER BY tracking_id FOR UPDATE";

    private static final String WITH_PARTS = "SELECT tracking_id FROM unnest(?) AS asked (tracking_id)"
            + " WHERE EXISTS (SELECT FROM waybill.part WHERE part.tracking_id = asked.tracking_id)";

    /** Everything but what never changes: the id and the time in it. */
    private static final String UPDATE_FLOWS = """
            UPDATE waybill.flow SET
                pipeline = staged.pipeline, pipeline_version = staged.pipeline_version, status = staged.status,
                told_by = staged.told_by, source_topic = staged.source_topic,
                source_partition = staged.source_partition, source_offset = staged.source_offset,
                message_id = staged.message_id, batch_id = staged.batch_id, name = staged.name,
                size_bytes = staged.size_bytes, duplicate_of = staged.duplicate_of,
                result_number = staged.result_number, leaves = staged.leaves, succeeded = staged.succeeded,
                failed = staged.failed, open_dead_letters = staged.open_dead_letters, settled_at = staged.settled_at,
                waiting_operator = staged.waiting_operator, waiting_error = staged.waiting_error,
                waiting_tries = staged.waiting_tries, waiting_until = staged.waiting_until,
                waiting_since = staged.waiting_since, caused_by = staged.caused_by
            FROM %s AS staged WHERE flow.tracking_id = staged.tracking_id
            """;

    /** By (attempt, rank), as {@link PartRow#merge} does it within a batch. */
    private static final String MERGE_PARTS = """
            INSERT INTO waybill.part AS known (%2$s) SELECT %2$s FROM %1$s
            ON CONFLICT (tracking_id, path) DO UPDATE SET
                status = excluded.status, attempt = excluded.attempt, label = excluded.label,
                dead_letter_id = coalesce(excluded.dead_letter_id, known.dead_letter_id),
                operator = CASE excluded.status WHEN 'DISCARDED'
                    THEN coalesce(excluded.operator, known.operator) ELSE excluded.operator END,
                error_code = CASE excluded.status WHEN 'DISCARDED'
                    THEN coalesce(excluded.error_code, known.error_code) ELSE excluded.error_code END,
                error_message = CASE excluded.status WHEN 'DISCARDED'
                    THEN coalesce(excluded.error_message, known.error_message) ELSE excluded.error_message END,
                outputs = CASE known.status WHEN 'FORWARDED'
                    THEN known.outputs || excluded.outputs ELSE excluded.outputs END,
                settled_at = excluded.settled_at, pipeline = excluded.pipeline
            WHERE (excluded.attempt, excluded.status) > (known.attempt, known.status)
                OR (excluded.attempt, excluded.status, known.status) = (known.attempt, 'FORWARDED', 'FORWARDED')
            """;

    private static final String MERGE_RESULTS = """
            INSERT INTO waybill.flow_result (%2$s) SELECT %2$s FROM %1$s
            ON CONFLICT (tracking_id, number) DO NOTHING
            """;

    private final Connection connection;

    OutcomeTables(Connection connection) {
        this.connection = connection;
    }

    /** What the database has of these flows, locked in the order of their ids. */
    List<TrackedFlow> known(Collection<TrackingId> ids) throws SQLException {
        List<TrackedFlow> flows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(KNOWN)) {
            statement.setArray(1, uuids(ids.stream().map(TrackingId::value).toList()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    flows.add(TrackedFlow.from(row));
                }
            }
        }
        return flows;
    }

    /** @param known the flows that {@link #known} found */
    void write(OutcomeBatch batch, Set<UUID> known) throws SQLException {
        Set<UUID> withParts = withParts(known);
        Map<Boolean, List<TrackedFlow>> flows = split(batch.flows(), known, TrackedFlow::trackingId);
        Map<Boolean, List<PartRow>> parts = split(batch.parts(), withParts, PartRow::trackingId);
        Map<Boolean, List<Settlement>> results = split(batch.results(), known, Settlement::trackingId);
        insert(TrackedFlow.COPY, flows.get(false));
        insert(PartRow.COPY, parts.get(false));
        insert(Settlement.COPY, results.get(false));
        merge(TrackedFlow.COPY, flows.get(true), UPDATE_FLOWS);
        merge(PartRow.COPY, parts.get(true), MERGE_PARTS);
        merge(Settlement.COPY, results.get(true), MERGE_RESULTS);
    }

    private static <T> Map<Boolean, List<T>> split(Collection<T> rows, Set<UUID> known, Function<T, UUID> id) {
        return rows.stream().collect(partitioningBy(row -> known.contains(id.apply(row))));
    }

    private void insert(BinaryCopy copy, @Nullable List<? extends BinaryCopy.Row> rows) throws SQLException {
        if (rows != null && !rows.isEmpty()) {
            copy.insert(connection, rows);
        }
    }

    private void merge(BinaryCopy copy, @Nullable List<? extends BinaryCopy.Row> rows, String sql) throws SQLException {
        if (rows == null || rows.isEmpty()) {
            return;
        }
        String staging = copy.stage(connection, rows);
        try (var statement = connection.createStatement()) {
            statement.executeUpdate(sql.formatted(staging, copy.columns()));
        }
    }

    private Set<UUID> withParts(Collection<UUID> known) throws SQLException {
        Set<UUID> found = new HashSet<>();
        if (known.isEmpty()) {
            return found;
        }
        try (PreparedStatement statement = connection.prepareStatement(WITH_PARTS)) {
            statement.setArray(1, uuids(known));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(row.getObject(1, UUID.class));
                }
            }
        }
        return found;
    }

    private java.sql.Array uuids(Collection<UUID> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.toArray());
    }
}
