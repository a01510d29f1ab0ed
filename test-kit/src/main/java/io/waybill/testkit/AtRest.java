package io.waybill.testkit;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.DeadLetterRow;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Operator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of a pipeline at rest, whatever its operators do (I1-I7, as far as it can be said without knowing what
 * they should do). Where an incident is open, what stands behind it may be unfinished.
 */
final class AtRest {

    private final Cluster cluster;
    private final Journal journal;
    private final List<String> sent;
    private final Set<String> topics;
    private final Map<String, FlowLedger> flows = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();

    AtRest(Cluster cluster, List<String> sent) {
        this.cluster = cluster;
        this.journal = cluster.journal();
        this.sent = sent;
        this.topics = journal.names().sinks().stream().map(Operator.Sink::name).collect(Collectors.toSet());
    }

    /** @return every violation, in words */
    List<String> check() {
        boolean unfinished = !journal.openIncidents().isEmpty();
        cluster.deaths().forEach(death -> violations.add("the instance died of " + death));
        expectEqual("open transactions", List.of(), cluster.log().openTransactions());
        if (!unfinished) {
            expectEqual("what is left to do", List.of(), cluster.backlog().waiting());
        }
        read();
        Set<String> outputs = outputs();
        Set<String> known = new HashSet<>(sent);
        flows.forEach((id, flow) -> {
            if (!known.contains(id) && !flow.isOfTimer()) {
                violations.add("flow " + id + " was never sent");
            }
            flow.check(unfinished, outputs, violations);
        });
        sent.stream()
                .filter(id -> !flows.containsKey(id) && !unfinished)
                .forEach(id -> violations.add("nothing was said of flow " + id));
        rows(unfinished);
        return violations;
    }

    private void read() {
        for (OutcomeBlock block : journal.outcomes()) {
            for (Outcome outcome : OutcomeBlocks.outcomes(block, "outcomes")) {
                flow(TrackingId.of(outcome.getTrackingId())).take(block.getStage(), outcome);
            }
        }
        journal.results()
                .forEach(result -> flow(TrackingId.of(result.getTrackingId())).published(result));
    }

    private FlowLedger flow(TrackingId id) {
        return flows.computeIfAbsent(id.toString(), flow -> new FlowLedger(flow, topics));
    }

    /** Ids of all outputs: each once, each of a known flow. */
    private Set<String> outputs() {
        Set<String> ids = new HashSet<>();
        Set<String> topics = new HashSet<>();
        journal.names().sinks().forEach(sink -> topics.add(sink.sink().topic()));
        topics.remove(journal.names().source().topic());
        for (String topic : topics) {
            for (ConsumerRecord<byte[], byte[]> record : journal.records(topic)) {
                Header id = record.headers().lastHeader(KafkaSource.MESSAGE_ID_HEADER);
                String text = id == null ? "" : new String(id.value(), StandardCharsets.UTF_8);
                if (!ids.add(text)) {
                    violations.add("output " + text + " was written twice");
                }
                FlowLedger flow = flows.get(text.split("/", -1)[0]);
                if (flow == null || !flow.accountsFor(text)) {
                    violations.add("output " + text + " stands for no outcome");
                }
            }
        }
        return ids;
    }

    /** The state knows each open dead letter and the flows they belong to, and no others. */
    private void rows(boolean unfinished) {
        Map<String, Integer> expected = new TreeMap<>();
        Set<String> openFlows = new HashSet<>();
        for (DeadLetterEvent event : journal.openDeadLetters().values()) {
            expected.put(event.getDeadLetterId(), event.getAttempt());
            openFlows.add(TrackingId.of(event.getTrackingId()).toString());
        }
        Map<String, Integer> actual = new TreeMap<>();
        Set<String> keptFlows = new HashSet<>();
        for (Names.Stage stage : journal.names().stages()) {
            for (Changelog task : journal.changelogs(stage).values()) {
                task.column("dead-letter")
                        .forEach((key, row) -> actual.put(
                                new String(key, StandardCharsets.UTF_8),
                                LogFormats.decode(DeadLetterRow.parser(), row, "dead letter row")
                                        .getAttempt()));
                task.column("flow").forEach((key, row) -> {
                    String flow = TrackingId.of(ByteString.copyFrom(key)).toString();
                    keptFlows.add(flow);
                    if (!unfinished
                            && LogFormats.decode(FlowRow.parser(), row, "flow row")
                                            .getEdges()
                                    != 0) {
                        violations.add("flow " + flow + " still waits for records of it");
                    }
                });
            }
        }
        expectEqual("dead letters that the state knows", expected, actual);
        if (!unfinished) {
            expectEqual("flows that the state keeps", openFlows, keptFlows);
        }
    }

    private void expectEqual(String what, @Nullable Object expected, @Nullable Object actual) {
        if (!Objects.equals(expected, actual)) {
            violations.add("%s: expected %s, but was %s".formatted(what, expected, actual));
        }
    }
}
