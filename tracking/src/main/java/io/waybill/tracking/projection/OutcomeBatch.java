package io.waybill.tracking.projection;

import io.waybill.format.TrackingId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The rows of one batch, merged: each flow, part and result once, in the order of their first mention. */
final class OutcomeBatch {

    private record PartKey(UUID trackingId, List<Integer> path) {}

    private record ResultKey(UUID trackingId, int number) {}

    private final Map<UUID, TrackedFlow> flows = new LinkedHashMap<>();
    private final Map<PartKey, PartRow> parts = new LinkedHashMap<>();
    private final Map<ResultKey, Settlement> results = new LinkedHashMap<>();

    /** @param known what the database has of the flows that the batch speaks of */
    OutcomeBatch(Collection<TrackedFlow> known) {
        known.forEach(flow -> flows.put(flow.trackingId(), flow));
    }

    TrackedFlow flow(TrackingId id, String pipeline, int version) {
        TrackedFlow flow = flows.computeIfAbsent(id.value(), absent -> new TrackedFlow(absent, pipeline, version));
        flow.runBy(pipeline, version);
        return flow;
    }

    void add(PartRow part) {
        parts.merge(new PartKey(part.trackingId(), part.path()), part, PartRow::merge);
    }

    void add(Settlement result) {
        results.putIfAbsent(new ResultKey(result.trackingId(), result.number()), result);
    }

    Collection<TrackedFlow> flows() {
        return new ArrayList<>(flows.values());
    }

    Collection<PartRow> parts() {
        return parts.values();
    }

    Collection<Settlement> results() {
        return results.values();
    }
}
