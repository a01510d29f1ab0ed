package io.waybill.testkit.history;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.DeadLetterRow;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.IdBlock;
import io.waybill.format.v1.Marker;
import io.waybill.format.v1.MessageIdRow;
import io.waybill.format.v1.Position;
import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.history.History.Arrival;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The state as the changelog has it: rows of flows and dead letters that are not terminal, ids, markers; nothing else. */
final class StateCheck {

    private final History.Content content;
    private final Topics topics;
    private final History.Names names;
    private final Violations violations;
    private final Map<String, String> flows = new TreeMap<>();
    private final Map<String, Integer> deadLetters = new TreeMap<>();
    private final Map<String, String> ids = new TreeMap<>();
    private final Map<String, Long> positions = new HashMap<>();

    StateCheck(History.Content content, Topics topics, History.Names names, Violations violations) {
        this.content = content;
        this.topics = topics;
        this.names = names;
        this.violations = violations;
    }

    void check(List<FlowCheck.Verdict> verdicts, Map<String, Arrival> firsts) {
        restore();
        Map<String, String> expectedFlows = new TreeMap<>();
        Map<String, Integer> expectedDeadLetters = new TreeMap<>();
        Map<String, String> expectedIds = new TreeMap<>();
        firsts.forEach((id, first) -> expectedIds.put(id, first.flow() + " released"));
        for (FlowCheck.Verdict verdict : verdicts) {
            if (!verdict.open().isEmpty()) {
                String flow = verdict.arrival().flow().toString();
                expectedFlows.put(
                        flow,
                        row(
                                verdict.leaves(),
                                verdict.succeeded(),
                                verdict.open().size(),
                                verdict.resultNumber()));
                expectedDeadLetters.putAll(verdict.open());
                expectedIds.replaceAll((id, holder) -> holder.equals(flow + " released") ? flow + " pinned" : holder);
            }
        }
        violations.expectEqual("rows of flows", expectedFlows, flows);
        violations.expectEqual("rows of dead letters", expectedDeadLetters, deadLetters);
        violations.expectEqual("rows of message ids", expectedIds, ids);
        checkPositions(names.source());
        for (String stage : names.stages()) {
            checkPositions(topics.replays(names.pipeline(), stage));
            if (!stage.equals(Pipeline.SOURCE_STAGE)) {
                checkPositions(topics.stage(names.pipeline(), stage));
                checkPositions(topics.staged(names.pipeline(), stage));
            }
        }
    }

    private static String row(long leaves, long succeeded, long open, int number) {
        return "leaves %d, succeeded %d, open %d, result %d".formatted(leaves, succeeded, open, number);
    }

    private void restore() {
        for (String stage : names.stages()) {
            Map<String, Map<ByteString, byte[]>> state = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : content.committed(topics.changelog(names.pipeline(), stage))) {
                Map<ByteString, byte[]> task = state.computeIfAbsent("" + record.partition(), p -> new HashMap<>());
                if (record.value() == null) {
                    task.remove(ByteString.copyFrom(record.key()));
                } else {
                    task.put(ByteString.copyFrom(record.key()), record.value());
                }
            }
            state.forEach((partition, rows) -> rows.forEach((row, value) -> read(partition, row.toByteArray(), value)));
        }
        readIds();
    }

    /** Ids whose flows are terminal stand in blocks, each in one: what is pinned still must not be there. */
    private void readIds() {
        for (ConsumerRecord<byte[], byte[]> record : content.committed(
                topics.ids(names.pipeline(), names.areGlobal() ? Pipeline.CLAIMS_STAGE : Pipeline.SOURCE_STAGE))) {
            IdBlock block = LogFormats.decode(IdBlock.parser(), record.value(), "ids");
            for (int n = 0; n < block.getMessageIdsCount(); n++) {
                String id = record.partition() + "/" + block.getMessageIds(n);
                TrackingId first = TrackingId.of(block.getFirstTrackingIds().substring(16 * n, 16 * n + 16));
                String other = ids.put(id, first + " released");
                if (other != null) {
                    violations.add("message id %s is released twice, or released and %s".formatted(id, other));
                }
            }
        }
    }

    /** Keys are the column's name, a zero byte, the row's own key. */
    private void read(String partition, byte[] encoded, byte[] value) {
        int zero = 0;
        while (encoded[zero] != 0) {
            zero++;
        }
        String column = Observed.text(Arrays.copyOf(encoded, zero));
        byte[] key = Arrays.copyOfRange(encoded, zero + 1, encoded.length);
        switch (column) {
            case "flow" -> {
                FlowRow row = LogFormats.decode(FlowRow.parser(), value, column);
                String id = TrackingId.of(ByteString.copyFrom(key)).toString();
                if (row.getEdges() != 0) {
                    violations.add("flow " + id + " still waits for records of it");
                }
                flows.put(
                        id, row(row.getLeaves(), row.getSucceeded(), row.getOpenDeadLetters(), row.getResultNumber()));
            }
            case "dead-letter" ->
                deadLetters.put(
                        Observed.text(key),
                        LogFormats.decode(DeadLetterRow.parser(), value, column).getAttempt());
            case "id" -> {
                MessageIdRow row = LogFormats.decode(MessageIdRow.parser(), value, column);
                ids.put(partition + "/" + Observed.text(key), TrackingId.of(row.getFirstTrackingId()) + " pinned");
            }
            case "id-mark" -> {
                // When blocks can be deleted; nothing expires within a history.
            }
            case "marker" -> {
                for (Position next :
                        LogFormats.decode(Marker.parser(), value, column).getNextList()) {
                    positions.put(next.getTopic() + "-" + next.getPartition(), next.getNextOffset());
                }
            }
            case "verdict" -> violations.add("a verdict still waits in partition " + partition);
            case "waiting" -> violations.add("a record still waits in partition " + partition);
            case "state", "timer", "timer-name" -> {
                // Whoever wrote the operator that set them checks them.
            }
            default -> {
                // The states of keyed operators have a slash in their names; whoever wrote the operator checks them.
                if (column.indexOf('/') < 0) {
                    violations.add("the state has a column nobody knows: " + column);
                }
            }
        }
    }

    /** Every reader has read all there was. */
    private void checkPositions(String topic) {
        Map<String, Long> ends = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : content.committed(topic)) {
            ends.put(topic + "-" + record.partition(), record.offset() + 1);
        }
        ends.forEach((partition, end) ->
                violations.expectEqual("the marker's position of " + partition, end, positions.get(partition)));
    }
}
