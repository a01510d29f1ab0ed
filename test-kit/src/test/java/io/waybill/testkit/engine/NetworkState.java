package io.waybill.testkit.engine;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.DeadLetterRow;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.IdBlock;
import io.waybill.format.v1.MessageIdRow;
import io.waybill.testkit.log.SimLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The rows of one pipeline of a network as its changelogs have them, against those that must be left. */
final class NetworkState {

    private static final int FLOW_BYTES = 16;

    private final SimLog log;
    private final Station station;
    private final Map<String, String> expectedFlows = new TreeMap<>();
    private final Map<String, String> expectedDeadLetters = new TreeMap<>();
    private final Map<String, String> expectedIds = new TreeMap<>();
    private final Map<String, Integer> expectedResults = new HashMap<>();
    private final Map<String, String> flows = new TreeMap<>();
    private final Map<String, String> deadLetters = new TreeMap<>();
    private final Map<String, String> ids = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();

    NetworkState(SimLog log, Station station) {
        this.log = log;
        this.station = station;
    }

    /** @param path of the leg; empty where the flow began here */
    void expect(String flow, List<Integer> path, String id, NetworkTally tally) {
        expectedIds.put(scoped(id), flow + (tally.isTerminal() ? " released" : " pinned"));
        if (!tally.isTerminal()) {
            expectedFlows.put(flow + "/" + NetworkFlow.joined(path, "."), tally.toString());
        }
    }

    void expectDeadLetter(String id, int attempt) {
        expectedDeadLetters.put(id, "attempt " + attempt);
    }

    void expectResults(String flow, int number) {
        expectedResults.put(flow + "/", number);
    }

    void check(List<String> into) {
        for (String stage : station.stages()) {
            restore(SimulatedEngine.TOPICS.changelog(station.name(), stage));
        }
        for (ConsumerRecord<byte[], byte[]> record :
                log.committed(SimulatedEngine.TOPICS.ids(station.name(), station.isGlobal() ? "claims" : "source"))) {
            released(record);
        }
        into.addAll(violations);
        compare("rows of flows", expectedFlows, flows, into);
        compare("rows of dead letters", expectedDeadLetters, deadLetters, into);
        compare("message ids", station.deduplicates() ? expectedIds : Map.of(), ids, into);
    }

    /** Where ids are claimed they are not held where their records are. */
    private String scoped(String id) {
        return station.isGlobal() ? id.substring(id.indexOf('/') + 1) : id;
    }

    private void compare(String what, Map<String, String> expected, Map<String, String> actual, List<String> into) {
        if (!expected.equals(actual)) {
            into.add("%s of %s: expected %s, but was %s".formatted(what, station.name(), expected, actual));
        }
    }

    private void restore(String changelog) {
        Map<String, Map<ByteString, byte[]>> tasks = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(changelog)) {
            Map<ByteString, byte[]> rows = tasks.computeIfAbsent("" + record.partition(), p -> new HashMap<>());
            ByteString key = ByteString.copyFrom(record.key());
            if (record.value() == null) {
                rows.remove(key);
            } else {
                rows.put(key, record.value());
            }
        }
        tasks.forEach((partition, rows) -> rows.forEach((key, value) -> read(partition, key, value)));
    }

    private void read(String partition, ByteString encoded, byte[] value) {
        int zero = encoded.toString(StandardCharsets.ISO_8859_1).indexOf('\0');
        String column = encoded.substring(0, zero).toStringUtf8();
        ByteString key = encoded.substring(zero + 1);
        switch (column) {
            case "flow" -> flow(key, LogFormats.decode(FlowRow.parser(), value, column));
            case "dead-letter" ->
                deadLetters.put(
                        key.toStringUtf8(),
                        "attempt "
                                + LogFormats.decode(DeadLetterRow.parser(), value, column)
                                        .getAttempt());
            case "id" ->
                ids.put(
                        scoped(partition + "/" + key.toStringUtf8()),
                        TrackingId.of(LogFormats.decode(MessageIdRow.parser(), value, column)
                                        .getFirstTrackingId())
                                + " pinned");
            case "marker", "id-mark" -> {
                // Positions are the single pipeline's histories to check.
            }
            default -> violations.add("the state of " + station.name() + " has a column nobody knows: " + column);
        }
    }

    private void flow(ByteString key, FlowRow row) {
        ByteBuffer steps = key.substring(FLOW_BYTES).asReadOnlyByteBuffer();
        List<Integer> path = new ArrayList<>();
        while (steps.hasRemaining()) {
            path.add(steps.getInt());
        }
        String name = TrackingId.of(key.substring(0, FLOW_BYTES)) + "/" + NetworkFlow.joined(path, ".");
        if (row.getEdges() != 0) {
            violations.add("%s still waits for records of %s".formatted(station.name(), name));
        }
        if (row.hasEmitter() == path.isEmpty()) {
            violations.add("%s: expected an emitter of legs only, but %s has %s"
                    .formatted(station.name(), name, row.getEmitter()));
        }
        if (path.isEmpty() && row.getResultNumber() != expectedResults.getOrDefault(name, -1)) {
            violations.add("%s has the results of %s at %d".formatted(station.name(), name, row.getResultNumber()));
        }
        flows.put(name, NetworkTally.text(row.getLeaves(), row.getSucceeded(), row.getOpenDeadLetters()));
    }

    private void released(ConsumerRecord<byte[], byte[]> record) {
        IdBlock block = LogFormats.decode(IdBlock.parser(), record.value(), "ids");
        for (int n = 0; n < block.getMessageIdsCount(); n++) {
            String id = scoped(record.partition() + "/" + block.getMessageIds(n));
            ByteString first = block.getFirstTrackingIds().substring(FLOW_BYTES * n, FLOW_BYTES * (n + 1));
            String other = ids.put(id, TrackingId.of(first) + " released");
            if (other != null) {
                violations.add("message id %s of %s is released twice, or released and %s"
                        .formatted(id, station.name(), other));
            }
        }
    }
}
