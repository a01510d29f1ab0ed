package io.waybill.tracking.query;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.projection.OutcomeProjection;
import io.waybill.tracking.projection.StoredText;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Flows are read in the order of their tracking ids, which is that of their receipt and that of their primary key. */
public final class JdbcFlowQueries implements FlowQueries {

    /** One union of index look-ups; as alternatives of one condition they would read the whole table. */
    private static final String NAMED_BY_TEXT = """
            SELECT tracking_id FROM waybill.flow WHERE message_id = :text
            UNION SELECT tracking_id FROM waybill.flow WHERE batch_id = :text
            UNION SELECT tracking_id FROM waybill.flow WHERE name = :text
            UNION SELECT tracking_id FROM waybill.part WHERE label = :text""";

    private static final String CAUSED_BY_ID = "SELECT tracking_id FROM waybill.flow WHERE caused_by = :id";

    /** The statuses stand in the text of the statement, so that the partial index serves it. */
    private static final String CAUSES = """
            SELECT coalesce(error_code, '') AS code, operator, count(*) AS failures,
                coalesce(min(error_message), '') AS example
            FROM waybill.part
            WHERE tracking_id = :id AND status IN ('DEAD_LETTERED', 'DISCARDED')
            GROUP BY code, operator ORDER BY failures DESC, code, operator LIMIT 500
            """;

    private final JdbcClient jdbc;
    private final LongSupplier recordsBehind;

    /** @param recordsBehind the lag of the projector that writes what this reads */
    public JdbcFlowQueries(JdbcClient jdbc, LongSupplier recordsBehind) {
        this.jdbc = jdbc;
        this.recordsBehind = recordsBehind;
    }

    @Override
    public Optional<FlowView> flow(TrackingId id) {
        List<UUID> ids = List.of(id.value());
        return views(ids).stream().findFirst();
    }

    @Override
    public FlowPage flows(FlowFilter filter, @Nullable String cursor, int limit) {
        Paging.checked(limit);
        List<String> conditions = new ArrayList<>();
        Map<String, Object> values = new HashMap<>();
        if (filter.pipeline() != null) {
            conditions.add("pipeline = :pipeline");
            values.put("pipeline", bounded(filter.pipeline()));
        }
        if (filter.status() != null) {
            conditions.add("status = '" + filter.status().name() + "'");
        }
        if (filter.text() != null) {
            matchText(filter.text(), conditions, values);
        }
        if (cursor != null) {
            conditions.add("tracking_id < :after");
            values.put("after", Paging.flowAfter(cursor));
        }
        List<UUID> ids = jdbc.sql("SELECT tracking_id FROM waybill.flow" + where(conditions)
                        + " ORDER BY tracking_id DESC LIMIT " + (limit + 1))
                .params(values)
                .query((row, number) -> row.getObject(1, UUID.class))
                .list();
        return new FlowPage(views(Paging.page(ids, limit)), Paging.next(ids, limit, UUID::toString));
    }

    private static void matchText(String text, List<String> conditions, Map<String, Object> values) {
        try {
            values.put("id", TrackingId.parse(text.strip()).value());
            conditions.add("(tracking_id = :id OR tracking_id IN (" + CAUSED_BY_ID + " UNION " + NAMED_BY_TEXT + "))");
        } catch (IllegalArgumentException noTrackingId) {
            conditions.add("tracking_id IN (" + NAMED_BY_TEXT + ")");
        }
        values.put("text", bounded(text));
    }

    private static String where(Collection<String> conditions) {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private List<FlowView> views(Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        Map<TrackingId, List<ResultView>> results = jdbc
                .sql("SELECT * FROM waybill.flow_result WHERE tracking_id IN (:ids) ORDER BY tracking_id, number")
                .param("ids", ids)
                .query((row, number) -> FlowRows.result(row))
                .list()
                .stream()
                .collect(groupingBy(FlowRows.ResultOf::flow, mapping(FlowRows.ResultOf::view, toList())));
        return jdbc.sql("SELECT * FROM waybill.flow WHERE tracking_id IN (:ids) ORDER BY tracking_id DESC")
                .param("ids", ids)
                .query((row, number) -> FlowRows.flow(row, results))
                .list();
    }

    @Override
    public PartPage parts(TrackingId flow, @Nullable PartStatus status, @Nullable String cursor, int limit) {
        Paging.checked(limit);
        List<String> conditions = new ArrayList<>(List.of("tracking_id = :id"));
        Map<String, Object> values = new HashMap<>(Map.of("id", flow.value()));
        if (status != null) {
            conditions.add("status = '" + status.name() + "'");
        }
        if (cursor != null) {
            conditions.add("path > :after");
            values.put("after", Paging.pathAfter(cursor));
        }
        List<PartView> rows = jdbc.sql("SELECT * FROM waybill.part" + where(conditions)
                        + " ORDER BY tracking_id, path LIMIT " + (limit + 1))
                .params(values)
                .query((row, number) -> FlowRows.part(row))
                .list();
        return new PartPage(Paging.page(rows, limit), Paging.next(rows, limit, PartView::path));
    }

    @Override
    public List<FlowView> ledTo(TrackingId flow, int limit) {
        Paging.checked(limit);
        List<UUID> ids = jdbc.sql("SELECT tracking_id FROM waybill.flow WHERE caused_by = :id"
                        + " ORDER BY caused_by, tracking_id LIMIT " + limit)
                .param("id", flow.value())
                .query((row, number) -> row.getObject(1, UUID.class))
                .list();
        return views(ids).reversed();
    }

    @Override
    public List<CauseCount> causes(TrackingId flow) {
        return jdbc.sql(CAUSES)
                .param("id", flow.value())
                .query((row, number) -> new CauseCount(
                        row.getString("code"),
                        row.getString("operator"),
                        row.getLong("failures"),
                        row.getString("example")))
                .list();
    }

    /** Reads the primary key from the least id of that millisecond on. */
    @Override
    public Map<FlowStatus, Long> counts(Instant since) {
        Map<FlowStatus, Long> counts = new EnumMap<>(FlowStatus.class);
        for (FlowStatus status : FlowStatus.values()) {
            counts.put(status, 0L);
        }
        jdbc.sql("SELECT status, count(*) AS flows FROM waybill.flow WHERE tracking_id >= :least GROUP BY status")
                .param("least", new UUID(Math.clamp(since.toEpochMilli(), 0, (1L << 48) - 1) << 16, 0))
                .query(row -> {
                    counts.put(FlowStatus.valueOf(row.getString("status")), row.getLong("flows"));
                });
        return counts;
    }

    @Override
    public ProjectionLag lag() {
        Instant asOf = jdbc.sql("SELECT max(as_of) AS as_of FROM waybill.tracking_position WHERE projection = :name")
                .param("name", OutcomeProjection.NAME)
                .query((row, number) -> Optional.ofNullable(row.getObject("as_of", OffsetDateTime.class)))
                .single()
                .map(time -> time.withOffsetSameInstant(ZoneOffset.UTC).toInstant())
                .orElse(null);
        return new ProjectionLag(recordsBehind.getAsLong(), asOf);
    }

    /** As the projection stored it: a search for a text that was cut finds it all the same. */
    private static String bounded(String text) {
        String stored = StoredText.id(text);
        return stored == null ? "" : stored;
    }
}
