package io.waybill.testkit.engine;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Awaited;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.FlowUpdate;
import io.waybill.format.v1.FlowUpdates;
import io.waybill.format.v1.Incident;
import io.waybill.format.v1.Marker;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.Overdue;
import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.log.SimLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines of the flows of one pipeline: what is said to be overdue is, and says where it waits; what is due is said; rows
 * and incidents agree with it and are gone at the end.
 */
final class DeadlineCheck {

    /** Checkpoints of a task, each past a deadline, after which it must have been said. */
    private static final int PATIENCE = 3;

    /** Who has to be told of what is there already is back by then. */
    private static final Duration SLACK = Duration.ofSeconds(30);

    /** Whoever opens an incident has committed no longer ago. */
    private static final Duration COMMIT = Duration.ofSeconds(10);

    private final SimLog log;
    private final String pipeline;
    private final List<String> stages;
    private final Duration deadline;
    private final boolean disturbed;
    private final boolean compacted;
    private final List<String> violations = new ArrayList<>();
    private final Map<TrackingId, List<Said>> outcomes = new LinkedHashMap<>();
    private final Map<TrackingId, Long> begun = new HashMap<>();

    private record Said(String stage, Outcome outcome) {}

    /**
     * @param disturbed whether somebody who had to say something may have been away for long, or was not let
     * @param compacted whether changelogs lack rows that were there for a while
     */
    DeadlineCheck(
            SimLog log, String pipeline, List<String> stages, Duration deadline, boolean disturbed, boolean compacted) {
        this.log = log;
        this.pipeline = pipeline;
        this.stages = List.copyOf(stages);
        this.deadline = deadline;
        this.disturbed = disturbed;
        this.compacted = compacted;
    }

    List<String> check() {
        read();
        boolean completes = stages.contains(Pipeline.COMPLETION_STAGE);
        String stage = completes ? Pipeline.COMPLETION_STAGE : Pipeline.SOURCE_STAGE;
        Map<Integer, List<ConsumerRecord<byte[], byte[]>>> changelogs = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.changelog(pipeline, stage))) {
            changelogs
                    .computeIfAbsent(record.partition(), p -> new ArrayList<>())
                    .add(record);
        }
        changelogs.forEach((partition, records) -> new TaskRows(stage + "/" + partition, completes).check(records));
        Map<TrackingId, Long> whole = completes ? whole() : Map.of();
        outcomes.forEach((flow, said) -> check(flow, said, whole.get(flow)));
        checkIncidents();
        return violations;
    }

    private void read() {
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.outcomes())) {
            OutcomeBlock block = LogFormats.decode(OutcomeBlock.parser(), record.value(), "outcomes");
            if (!block.getPipeline().equals(pipeline)) {
                continue;
            }
            for (Outcome outcome : OutcomeBlocks.outcomes(block, "outcomes")) {
                TrackingId flow = TrackingId.of(outcome.getTrackingId());
                outcomes.computeIfAbsent(flow, f -> new ArrayList<>()).add(new Said(block.getStage(), outcome));
                if (outcome.hasReceived()) {
                    begun.put(flow, outcome.getAtMs());
                }
            }
        }
    }

    /** When that was written by which each flow became whole for the first time. */
    private Map<TrackingId, Long> whole() {
        Map<TrackingId, Long> edges = new HashMap<>();
        Map<TrackingId, Long> whole = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                log.committed(SimulatedEngine.TOPICS.stage(pipeline, Pipeline.COMPLETION_STAGE))) {
            FlowUpdates block = LogFormats.decode(FlowUpdates.parser(), record.value(), "completion");
            for (FlowUpdate update : block.getUpdatesList()) {
                TrackingId flow = TrackingId.of(update.getTrackingId());
                if (update.getLegCount() == 0
                        && edges.merge(flow, update.getEdges(), (one, other) -> one ^ other) == 0) {
                    whole.putIfAbsent(flow, record.timestamp());
                }
            }
        }
        return whole;
    }

    private void check(TrackingId flow, List<Said> said, @Nullable Long wholeMs) {
        Long begunMs = begun.get(flow);
        if (begunMs == null) {
            // A leg: its flow began in another pipeline.
            if (said.stream().anyMatch(each -> each.outcome().hasOverdue())) {
                violations.add(flow + " did not begin in " + pipeline + " and is said to be overdue there");
            }
            return;
        }
        long dueMs = begunMs + deadline.toMillis();
        Outcome late = null;
        Outcome result = null;
        for (Said each : said) {
            Outcome outcome = each.outcome();
            if (outcome.hasOverdue()) {
                if (late != null || result != null) {
                    violations.add(flow + " is said to be overdue twice, or after its result");
                }
                late = outcome;
            }
            if (outcome.hasResult() && result == null) {
                result = outcome;
            }
        }
        if (late != null) {
            checkSaid(flow, late, begunMs, dueMs, said, wholeMs == null ? late.getAtMs() : begunMs);
            if (wholeMs != null && wholeMs < dueMs - SLACK.toMillis()) {
                violations.add("%s is said to be overdue although it was whole at %d, and due at %d only"
                        .formatted(flow, wholeMs, dueMs));
            }
        } else if (!disturbed && result != null && result.getAtMs() > dueMs + SLACK.toMillis()) {
            violations.add("%s was due at %d and had its result at %d, but nobody said that it was overdue"
                    .formatted(flow, dueMs, result.getAtMs()));
        }
    }

    /** @param comesMs what is awaited comes after this: where it is told elsewhere, it may have come already */
    private void checkSaid(TrackingId flow, Outcome late, long begunMs, long dueMs, List<Said> said, long comesMs) {
        Overdue overdue = late.getOverdue();
        if (overdue.getBegunAtMs() != begunMs || overdue.getDueMs() != dueMs || late.getAtMs() < dueMs) {
            violations.add("%s began at %d and is due at %d, but it is said: %s".formatted(flow, begunMs, dueMs, late));
        }
        awaits(flow, overdue.getAwaitedList());
        for (Awaited one : overdue.getAwaitedList()) {
            boolean comes = one.getRecords() != 1
                    || !one.getPipeline().isEmpty()
                    || said.stream()
                            .anyMatch(each -> each.stage().equals(one.getStage())
                                    && each.outcome().hasPart()
                                    && each.outcome().getPart().getPathList().equals(one.getPathList())
                                    && each.outcome().getAtMs() >= comesMs);
            if (!comes) {
                violations.add("%s is said to wait for what did not come: %s".formatted(flow, one));
            }
        }
    }

    private void awaits(TrackingId flow, List<Awaited> awaited) {
        boolean sound = !awaited.isEmpty()
                && awaited.stream()
                        .allMatch(one ->
                                one.getRecords() > 0 && one.getPipeline().isEmpty() == stages.contains(one.getStage()));
        if (!sound) {
            violations.add("%s waits for %s".formatted(flow, awaited));
        }
    }

    private void checkIncidents() {
        Map<String, Incident> last = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.incidents())) {
            Incident incident = LogFormats.decode(Incident.parser(), record.value(), "incidents");
            if (incident.getKind() == Incident.Kind.FLOW_OVERDUE
                    && incident.getPipeline().equals(pipeline)) {
                Incident before = last.put(incident.getId(), incident);
                checkIncident(incident, before);
            }
        }
        for (Incident incident : last.values()) {
            if (incident.getOpen()) {
                violations.add("an incident of overdue flows is open although all have their results: " + incident);
            }
        }
        if (!disturbed) {
            outcomes.forEach((flow, said) -> incidentOf(flow, said, last.values()));
        }
    }

    private void checkIncident(Incident incident, @Nullable Incident before) {
        List<Said> said = outcomes.getOrDefault(TrackingId.of(incident.getTrackingId()), List.of());
        if (said.stream().noneMatch(each -> each.outcome().hasOverdue())) {
            violations.add("an incident is about a flow that is not said to be overdue: " + incident);
        }
        if (before == null && resultOf(said) < incident.getOpenedAtMs() - COMMIT.toMillis()) {
            violations.add("an incident is opened of a flow that has its result: " + incident);
        }
        if (before != null
                && !incident.equals(before)
                && (incident.getOpen() || !incident.getDetail().equals(before.getDetail()))) {
            violations.add("an incident is rewritten: %s, after %s".formatted(incident, before));
        }
    }

    /** When the flow had its first one. */
    private static long resultOf(List<Said> said) {
        return said.stream()
                .filter(each -> each.outcome().hasResult())
                .mapToLong(each -> each.outcome().getAtMs())
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private void incidentOf(TrackingId flow, List<Said> said, Iterable<Incident> incidents) {
        long from = said.stream()
                .filter(each -> each.outcome().hasOverdue())
                .mapToLong(each -> each.outcome().getAtMs())
                .findFirst()
                .orElse(Long.MAX_VALUE);
        long to = said.stream()
                .filter(each -> each.outcome().hasResult())
                .mapToLong(each -> each.outcome().getAtMs())
                .findFirst()
                .orElse(0);
        if (from < to - SLACK.toMillis()) {
            for (Incident incident : incidents) {
                if (incident.getOpenedAtMs() <= to && incident.getClosedAtMs() >= from) {
                    return;
                }
            }
            violations.add("%s was overdue from %d to %d without an incident".formatted(flow, from, to));
        }
    }

    /** The rows of one task, checkpoint by checkpoint. */
    private final class TaskRows {

        private final String task;
        private final boolean isByLogTime;
        private final Map<ByteString, FlowRow> flows = new LinkedHashMap<>();
        private final Map<String, Map<ByteString, byte[]>> columns =
                Map.of("deadline", new HashMap<>(), "overdue", new HashMap<>(), "overdue-count", new HashMap<>());
        private final Map<ByteString, Integer> unsaid = new HashMap<>();

        TaskRows(String task, boolean isByLogTime) {
            this.task = task;
            this.isByLogTime = isByLogTime;
        }

        void check(List<ConsumerRecord<byte[], byte[]>> records) {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                ByteString encoded = ByteString.copyFrom(record.key());
                int zero = encoded.toString(StandardCharsets.ISO_8859_1).indexOf('\0');
                String column = encoded.substring(0, zero).toStringUtf8();
                take(column, encoded.substring(zero + 1), record);
            }
        }

        private void take(String column, ByteString key, ConsumerRecord<byte[], byte[]> record) {
            Map<ByteString, byte[]> rows = columns.get(column);
            if (column.equals("marker") && record.value() != null && record.key().length == "marker".length() + 2) {
                Marker marker = LogFormats.decode(Marker.parser(), record.value(), column);
                passed(isByLogTime ? marker.getLogTimeMs() : record.timestamp());
            } else if (column.equals("flow") && record.value() == null) {
                flows.remove(key);
            } else if (column.equals("flow")) {
                FlowRow row = LogFormats.decode(FlowRow.parser(), record.value(), column);
                flows.put(key, row);
                checkRow(key, row);
            } else if (rows != null && record.value() == null) {
                rows.remove(key);
            } else if (rows != null) {
                rows.put(key, record.value());
            }
        }

        private void checkRow(ByteString key, FlowRow row) {
            boolean isLeg = key.size() > 16;
            boolean waits = !isLeg && row.getEdges() != 0 && row.getResultNumber() == 0;
            if (waits != (row.getDueMs() != 0)) {
                violations.add("%s: expected a deadline where a flow waits for its first result, but was %s"
                        .formatted(task, row));
            } else if (waits) {
                awaits(TrackingId.of(key), row.getAwaitedList());
            } else if (row.getAwaitedCount() > 0) {
                violations.add("%s awaits what it does not wait for: %s".formatted(task, row));
            }
        }

        private void passed(long nowMs) {
            Set<ByteString> pending = new HashSet<>();
            Set<ByteString> overdue = new HashSet<>();
            flows.forEach((flow, row) -> {
                if (row.getDueMs() != 0) {
                    ByteString due = ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES)
                            .putLong(row.getDueMs())
                            .array());
                    (row.getOverdue() ? overdue : pending).add(due.concat(flow));
                }
                if (row.getDueMs() == 0 || row.getOverdue() || nowMs <= row.getDueMs()) {
                    unsaid.remove(flow);
                } else if (unsaid.merge(flow, 1, Integer::sum) == PATIENCE) {
                    violations.add("%s: %s was due at %d, and it is %d, but nobody said it"
                            .formatted(task, TrackingId.of(flow), row.getDueMs(), nowMs));
                }
            });
            unsaid.keySet().retainAll(flows.keySet());
            if (compacted) {
                return;
            }
            compare("deadlines", pending, columns.getOrDefault("deadline", Map.of()));
            compare("overdue flows", overdue, columns.getOrDefault("overdue", Map.of()));
            long counted = columns.getOrDefault("overdue-count", Map.of()).values().stream()
                    .mapToLong(value -> ByteBuffer.wrap(value).getLong())
                    .sum();
            if (counted != overdue.size()) {
                violations.add("%s counts %d overdue flows, but has %d".formatted(task, counted, overdue.size()));
            }
        }

        private void compare(String what, Set<ByteString> expected, Map<ByteString, byte[]> actual) {
            if (!expected.equals(actual.keySet())) {
                violations.add("%s: %d %s by its flows, but %d rows of them"
                        .formatted(task, expected.size(), what, actual.size()));
            }
        }
    }
}
