package io.waybill.testkit.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.Incident;
import io.waybill.testkit.log.SimLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What happens to the group's offsets while everybody is dead, and what must come of it. */
final class Aftermath {

    private final Kind kind;
    private final RandomGenerator random;
    private final SimLog log;
    private final Shape shape;
    private final int incidentsBefore;
    private final Map<TopicPartition, Long> offsets = new LinkedHashMap<>();

    private Aftermath(Kind kind, RandomGenerator random, SimLog log, Shape shape) {
        this.kind = kind;
        this.random = random;
        this.log = log;
        this.shape = shape;
        this.incidentsBefore = log.committed(SimulatedEngine.TOPICS.incidents()).size();
    }

    private enum Kind {
        NOTHING,
        /** The markers stand in for them (R5). */
        OFFSETS_EXPIRED,
        /** So does somebody who leaves neither metadata nor handles of something prepared: a person must decide (R9). */
        EVIDENCE_LOST,
        /** Somebody moved them with other tools: every task of theirs halts and says so (R9). */
        OFFSETS_RESET
    }

    static Aftermath drawn(RandomGenerator random, SimLog log, Shape shape) {
        Kind kind = List.of(Kind.NOTHING, Kind.NOTHING, Kind.OFFSETS_EXPIRED, Kind.OFFSETS_RESET)
                .get(random.nextInt(4));
        if (shape.ledger() && random.nextInt(3) == 0) {
            kind = Kind.EVIDENCE_LOST;
        }
        return new Aftermath(kind, random, log, shape);
    }

    /** It begins with something prepared that nobody has committed yet. */
    boolean needsSomethingPrepared() {
        return kind == Kind.EVIDENCE_LOST;
    }

    private boolean resets() {
        return kind == Kind.OFFSETS_RESET || kind == Kind.EVIDENCE_LOST;
    }

    void happen() {
        String group = SimulatedEngine.TOPICS.group(Workload.PIPELINE);
        shape.inputs().forEach(input -> offsets.putAll(log.groupOffsets(group, input)));
        switch (kind) {
            case NOTHING -> {}
            case OFFSETS_EXPIRED -> log.expireOffsets(group);
            case OFFSETS_RESET -> log.resetOffsets(group, moved());
            case EVIDENCE_LOST -> {
                log.resetOffsets(group, offsets);
                Mishaps.forget(log);
            }
        }
    }

    /** Back to the beginning, somewhere into the past, or nowhere: only the metadata is gone. */
    private Map<TopicPartition, Long> moved() {
        Map<TopicPartition, Long> moved = new LinkedHashMap<>(offsets);
        int way = random.nextInt(3);
        moved.replaceAll((partition, offset) -> way == 0 ? 0L : way == 1 ? random.nextLong(offset + 1) : offset);
        return moved;
    }

    boolean leavesAllRunning() {
        return !resets();
    }

    List<String> violations() {
        List<String> violations = new ArrayList<>();
        boolean asked = false;
        Set<String> halted = new TreeSet<>();
        List<ConsumerRecord<byte[], byte[]>> incidents = log.committed(SimulatedEngine.TOPICS.incidents());
        for (ConsumerRecord<byte[], byte[]> record : incidents.subList(incidentsBefore, incidents.size())) {
            Incident incident = LogFormats.decode(Incident.parser(), record.value(), "incidents");
            if (incident.getOpen() && incident.getCode().equals("METADATA_MISSING") && resets()) {
                halted.add(incident.getStage() + "/" + incident.getPartition());
            } else if (incident.getKind() == Incident.Kind.IN_DOUBT && kind == Kind.EVIDENCE_LOST) {
                asked = true;
            } else if (incident.getKind() == Incident.Kind.SINK_UNRESOLVED
                    || incident.getKind() == Incident.Kind.FLOW_OVERDUE) {
                // It was away, or was told to be, and flows waited for it.
            } else if (incident.getOpen()) {
                violations.add("after %s: %s".formatted(kind, incident.getDetail()));
            }
        }
        Set<String> expected = new TreeSet<>();
        if (asked != (kind == Kind.EVIDENCE_LOST)) {
            violations.add("after %s a person was asked: %s".formatted(kind, asked));
        }
        if (resets()) {
            offsets.keySet().forEach(input -> expected.add(shape.stageOf(input.topic()) + "/" + input.partition()));
        }
        if (!halted.equals(expected)) {
            violations.add("after %s expected the tasks %s to halt, but %s did".formatted(kind, expected, halted));
        }
        return violations;
    }

    @Override
    public String toString() {
        return kind.toString();
    }
}
