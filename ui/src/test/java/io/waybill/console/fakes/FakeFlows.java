package io.waybill.console.fakes;

import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Flows in memory. A cursor is the index at which the next page begins. */
public final class FakeFlows implements FlowQueries {

    private final Map<TrackingId, FlowView> flows = new ConcurrentHashMap<>();
    private final Map<TrackingId, List<PartView>> parts = new ConcurrentHashMap<>();
    private volatile ProjectionLag lag = new ProjectionLag(0, null);

    public void clear() {
        flows.clear();
        parts.clear();
        lag = new ProjectionLag(0, null);
    }

    public void put(FlowView flow, PartView... itsParts) {
        flows.put(flow.trackingId(), flow);
        parts.put(flow.trackingId(), List.of(itsParts));
    }

    public void lag(ProjectionLag now) {
        lag = now;
    }

    @Override
    public Optional<FlowView> flow(TrackingId id) {
        return Optional.ofNullable(flows.get(id));
    }

    @Override
    public FlowPage flows(FlowFilter filter, @Nullable String cursor, int limit) {
        List<FlowView> found = flows.values().stream()
                .filter(flow -> filter.pipeline() == null || filter.pipeline().equals(flow.pipeline()))
                .filter(flow -> filter.status() == null || filter.status() == flow.status())
                .filter(flow -> filter.text() == null || names(flow).contains(filter.text()))
                .sorted(Comparator.comparing(FlowView::receivedAt).reversed())
                .toList();
        Slice<FlowView> slice = Slice.of(found, cursor, limit);
        return new FlowPage(slice.rows(), slice.next());
    }

    private static List<@Nullable String> names(FlowView flow) {
        return Arrays.asList(flow.trackingId().toString(), flow.messageId(), flow.batchId(), flow.name());
    }

    @Override
    public PartPage parts(TrackingId flow, @Nullable PartStatus status, @Nullable String cursor, int limit) {
        List<PartView> found = parts.getOrDefault(flow, List.of()).stream()
                .filter(part -> status == null || part.status() == status)
                .toList();
        Slice<PartView> slice = Slice.of(found, cursor, limit);
        return new PartPage(slice.rows(), slice.next());
    }

    @Override
    public List<FlowView> ledTo(TrackingId flow, int limit) {
        return flows.values().stream()
                .filter(caused -> flow.equals(caused.causedBy()))
                .sorted(Comparator.comparing(FlowView::trackingId))
                .limit(limit)
                .toList();
    }

    @Override
    public List<CauseCount> causes(TrackingId flow) {
        Map<String, List<PartView>> byCode = new LinkedHashMap<>();
        for (PartView part : parts.getOrDefault(flow, List.of())) {
            if (part.errorCode() != null) {
                byCode.computeIfAbsent(part.errorCode(), code -> new ArrayList<>())
                        .add(part);
            }
        }
        return byCode.entrySet().stream()
                .map(cause -> new CauseCount(
                        cause.getKey(),
                        cause.getValue().getFirst().operator(),
                        cause.getValue().size(),
                        String.valueOf(cause.getValue().getFirst().errorMessage())))
                .sorted(Comparator.comparingLong(CauseCount::count).reversed())
                .toList();
    }

    @Override
    public Map<FlowStatus, Long> counts(Instant since) {
        return flows.values().stream()
                .filter(flow -> !flow.receivedAt().isBefore(since))
                .collect(Collectors.groupingBy(FlowView::status, Collectors.counting()));
    }

    @Override
    public ProjectionLag lag() {
        return lag;
    }

    /** One page of rows. */
    record Slice<T>(List<T> rows, @Nullable String next) {

        static <T> Slice<T> of(List<T> all, @Nullable String cursor, int limit) {
            int from = cursor == null ? 0 : Integer.parseInt(cursor);
            int to = Math.min(all.size(), from + limit);
            return new Slice<>(all.subList(from, to), to < all.size() ? Integer.toString(to) : null);
        }
    }
}
