package io.waybill.testkit.engine;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.Marker;
import io.waybill.format.v1.WaitingRow;
import io.waybill.testkit.log.SimLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Whether what became a dead letter unrun, behind another, was one too many there: told from the rows of the waiting room, as
 * the changelog has them at the end of its checkpoint. Behind a dead letter nobody moves, so who was before it still is. Where a
 * dead letter was settled or left its place in the same checkpoint, or compaction took the rows, nobody knows.
 */
final class OverflowCheck {

    private static final String BEHIND = "BEHIND_DEAD_LETTER";
    private static final byte[] ROWS = "waiting\0".getBytes(StandardCharsets.UTF_8);
    private static final byte[] MARKER = "marker\0".getBytes(StandardCharsets.UTF_8);
    private static final int MOST_BEHIND = SimulatedEngine.MAX_WAITING / 2;
    private static final int MOST_BYTES_BEHIND = SimulatedEngine.MAX_WAITING_BYTES / 2;

    private final SimLog log;
    private final Shape shape;
    private final Map<String, Long> settledAt = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    OverflowCheck(SimLog log, Shape shape) {
        this.log = log;
        this.shape = shape;
    }

    /** @param stage and partition: of the task */
    private record Task(String stage, int partition) {}

    private record Row(byte[] lane, long place, WaitingRow value) {

        boolean isOf(byte[] other) {
            return Arrays.equals(lane, other);
        }

        boolean isDeadLetter() {
            return value.hasDeadLetterId();
        }
    }

    List<String> check() {
        Map<Task, List<DeadLetterEvent>> overflows = new LinkedHashMap<>();
        Set<CheckpointId> unknown = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.deadLetters())) {
            DeadLetterEvent event = LogFormats.decode(DeadLetterEvent.parser(), record.value(), "dead letters");
            if (event.hasResolved() || event.hasDiscarded() || event.hasLetGo()) {
                unknown.add(event.getCheckpoint());
                settledAt.merge(event.getDeadLetterId(), event.getAtMs(), Math::min);
            } else if (event.getCaptured().getErrorCode().equals(BEHIND)) {
                overflows
                        .computeIfAbsent(new Task(event.getStage(), event.getPartition()), task -> new ArrayList<>())
                        .add(event);
            }
        }
        overflows.values().forEach(events -> events.removeIf(event -> unknown.contains(event.getCheckpoint())));
        for (String stage : shape.stages()) {
            read(stage, overflows);
        }
        return violations;
    }

    private void read(String stage, Map<Task, List<DeadLetterEvent>> overflows) {
        Map<Integer, NavigableMap<byte[], Row>> rooms = new TreeMap<>();
        Set<Integer> moving = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record :
                log.committed(SimulatedEngine.TOPICS.changelog(Workload.PIPELINE, stage))) {
            NavigableMap<byte[], Row> room = rooms.computeIfAbsent(
                    record.partition(),
                    partition -> new TreeMap<>(Comparator.comparing(
                            ByteString::copyFrom, ByteString.unsignedLexicographicalComparator())));
            if (isOf(ROWS, record.key())) {
                byte[] key = Arrays.copyOfRange(record.key(), ROWS.length, record.key().length);
                Row row = record.value() == null ? null : row(key, record.value());
                Row before = row == null ? room.remove(key) : room.put(key, row);
                if (row == null && before != null && before.isDeadLetter()) {
                    moving.add(record.partition());
                }
            } else if (isOf(MARKER, record.key()) && record.value() != null) {
                CheckpointId checkpoint = LogFormats.decode(Marker.parser(), record.value(), "marker")
                        .getCheckpoint();
                if (!moving.remove(record.partition())) {
                    overflows.getOrDefault(new Task(stage, record.partition()), List.of()).stream()
                            .filter(event -> event.getCheckpoint().equals(checkpoint))
                            .forEach(event -> judge(event, room));
                }
            }
        }
    }

    private static boolean isOf(byte[] column, byte[] key) {
        return key.length > column.length && Arrays.equals(Arrays.copyOf(key, column.length), column);
    }

    private static Row row(byte[] key, byte[] value) {
        ByteBuffer buffer = ByteBuffer.wrap(key);
        // Its kind, the length of its name, its name.
        byte[] lane = new byte[1 + Integer.BYTES + buffer.getInt(1)];
        buffer.get(lane);
        return new Row(lane, buffer.getLong(), LogFormats.decode(WaitingRow.parser(), value, "waiting row"));
    }

    private void judge(DeadLetterEvent overflow, NavigableMap<byte[], Row> room) {
        byte[] its = room.entrySet().stream()
                .filter(each -> each.getValue().value().getDeadLetterId().equals(overflow.getDeadLetterId()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
        if (its == null) {
            violations.add(
                    "dead letter %s waits behind another, but has no place".formatted(overflow.getDeadLetterId()));
            return;
        }
        Row own = Objects.requireNonNull(room.get(its));
        List<Row> barred = barred(room);
        // A place that is nobody's any more is a row like others until its turn.
        long behind = barred.stream()
                .filter(row -> !row.isDeadLetter()
                        || settledAt.getOrDefault(row.value().getDeadLetterId(), Long.MAX_VALUE) <= overflow.getAtMs())
                .count();
        // The parts of one record are given up together, where not all of them have a place.
        long together = room.values().stream()
                .filter(row -> row.isOf(own.lane()) && row.place() == own.place())
                .count();
        long before = room.headMap(its).values().stream()
                .filter(row -> row.isOf(own.lane()) && row.place() != own.place())
                .count();
        boolean isPart = overflow.getCaptured().getPathCount() > 0;
        // Parts of one that had waited itself come on top of those that wait behind it.
        long ofLane = room.values().stream().filter(row -> row.isOf(own.lane())).count();
        boolean ofKey = (isPart ? ofLane : before) >= SimulatedEngine.MAX_WAITING_OF_KEY;
        boolean ofAll = behind + together > MOST_BEHIND;
        long bytes = bytes(barred);
        boolean tooLarge = bytes + (isPart ? SimulatedEngine.MAX_WAITING_BYTES / 4 : 1) > MOST_BYTES_BEHIND;
        // Orders hold places as well; dead letters have a bound of their own.
        long held = room.values().stream().filter(row -> !row.isDeadLetter()).count();
        boolean isFull = isPart && held + together > SimulatedEngine.MAX_WAITING;
        boolean isHeavy = isPart && bytes(room.values()) + bytesOf(overflow) > SimulatedEngine.MAX_WAITING_BYTES;
        if (!ofKey && !ofAll && !tooLarge && !isFull && !isHeavy) {
            violations.add(
                    "dead letter %s was given up with %d before it and %d of %d bytes that wait behind dead letters"
                            .formatted(overflow.getDeadLetterId(), before, behind, bytes));
        }
    }

    private static long bytes(Collection<Row> rows) {
        return rows.stream().mapToLong(row -> row.value().getSerializedSize()).sum();
    }

    private static long bytesOf(DeadLetterEvent overflow) {
        return overflow.getCaptured().getPayload().size();
    }

    /** What is in lanes whose first is a dead letter. */
    private static List<Row> barred(NavigableMap<byte[], Row> room) {
        List<Row> rows = new ArrayList<>();
        byte[] lane = {};
        boolean barred = false;
        for (Row row : room.values()) {
            if (!row.isOf(lane)) {
                lane = row.lane();
                barred = row.isDeadLetter();
            }
            if (barred) {
                rows.add(row);
            }
        }
        return rows;
    }
}
