package io.waybill.testkit.history;

import com.google.protobuf.ByteString;
import io.waybill.format.Topics;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Outcome;
import io.waybill.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;

/** Checks a finished history of one pipeline whose duplicates are recognised. */
public final class History {

    private final Content content;
    private final Topics topics;
    private final Names names;
    private final Oracle oracle;
    private final Violations violations = new Violations();

    public History(Content content, Topics topics, Names names, Oracle oracle) {
        this.content = content;
        this.topics = topics;
        this.names = names;
        this.oracle = oracle;
    }

    /** The committed records of a topic, partition by partition in offset order. */
    @FunctionalInterface
    public interface Content {

        List<ConsumerRecord<byte[], byte[]>> committed(String topic);
    }

    /**
     * @param sourceId the source topic's id
     * @param partitions of the source
     * @param stages all of them, in the order in which records pass them
     */
    public record Names(
            String pipeline, String source, Uuid sourceId, int partitions, String sink, List<String> stages) {

        public Names {
            stages = List.copyOf(stages);
        }

        boolean hasOneStage() {
            return !stages.contains(Pipeline.COMPLETION_STAGE);
        }

        /** Whether duplicates are recognised wherever they arrive; else only in the first one's partition. */
        boolean areGlobal() {
            return stages.contains(Pipeline.CLAIMS_STAGE);
        }
    }

    /** @return every violation; empty where all invariants hold */
    public List<String> check() {
        Observed observed = Observed.read(content, topics, names, oracle);
        Set<TrackingId> known = new HashSet<>();
        Map<Order, List<String>> expectedOrder = new LinkedHashMap<>();
        List<FlowCheck.Verdict> verdicts = new ArrayList<>();
        Map<String, Arrival> firsts = new HashMap<>();
        for (Arrival arrival : arrivals(firsts)) {
            ConsumerRecord<byte[], byte[]> record = arrival.record();
            known.add(arrival.flow());
            FlowCheck.Verdict verdict = new FlowCheck(names, oracle, observed, violations).check(arrival);
            verdicts.add(verdict);
            if (record.key() == null) {
                // Nobody waits for it, and it for nobody.
                continue;
            }
            verdict.firstOutputs()
                    .forEach(output -> expectedOrder
                            .computeIfAbsent(
                                    new Order(
                                            oracle.orderedBy(output.key(), output.value()),
                                            Observed.text(record.key())),
                                    k -> new ArrayList<>())
                            .add(output.id()));
        }
        checkOrder(expectedOrder, observed);
        checkNothingElse(known, observed);
        new IncidentCheck(content, topics, violations).check(known);
        new StateCheck(content, topics, names, violations).check(verdicts, firsts);
        return violations.all();
    }

    /** Outputs that have an order: those of records with one key of the source. */
    private record Order(String outputs, String sourceKey) {}

    private List<Arrival> arrivals(Map<String, Arrival> firsts) {
        List<ConsumerRecord<byte[], byte[]>> records = content.committed(names.source());
        List<Arrival> arrivals = new ArrayList<>();
        if (!names.areGlobal()) {
            records.forEach(record -> arrivals.add(Arrival.of(record, names.sourceId(), firsts)));
            return arrivals;
        }
        ClaimCheck claims = ClaimCheck.read(content, topics, names, names.partitions(), violations);
        // First those that others are duplicates of.
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TrackingId flow = Arrival.flow(record, names.sourceId());
            String id = Observed.header(record, "Message-Id");
            if (Arrival.isUsable(id) && claims.isFirst(id, flow, record)) {
                firsts.put(
                        ClaimCheck.task(id, names.partitions()) + "/" + id,
                        new Arrival(flow, record, id, new Arrival.Identity.First()));
            }
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
            String id = Observed.header(record, "Message-Id");
            String scoped = ClaimCheck.task(id, names.partitions()) + "/" + id;
            if (Arrival.isUsable(id) && !firsts.containsKey(scoped)) {
                violations.add("no record claimed message id " + id + " first");
            }
            arrivals.add(Arrival.of(record, names.sourceId(), scoped, firsts));
        }
        return arrivals;
    }

    /** Records of one key take effect in their order; what a replay repaired comes when it was replayed (I4). */
    private void checkOrder(Map<Order, List<String>> expected, Observed observed) {
        expected.forEach((key, ids) -> {
            Set<String> ordered = Set.copyOf(ids);
            List<String> actual = observed.outputIdsByOrder.getOrDefault(key.outputs(), List.of()).stream()
                    .filter(ordered::contains)
                    .toList();
            violations.expectEqual("order of the outputs of " + key, ids, actual);
        });
    }

    private void checkNothingElse(Set<TrackingId> known, Observed observed) {
        Set<TrackingId> spoken = new HashSet<>(observed.outcomes.keySet());
        spoken.addAll(observed.results.keySet());
        spoken.addAll(observed.outputs.keySet());
        spoken.removeAll(known);
        spoken.removeIf(flow -> isOfTimer(flow, observed));
        violations.expectEqual("flows that nobody sent", Set.of(), spoken);
    }

    /** It begins with a timer, was received once and ended well; what timers emit is the workload's to check. */
    private boolean isOfTimer(TrackingId flow, Observed observed) {
        List<Outcome> outcomes = observed.outcomes.getOrDefault(flow, List.of()).stream()
                .map(Observed.Said::outcome)
                .toList();
        if (outcomes.stream()
                .noneMatch(
                        o -> o.hasReceived() && !o.getReceived().getCausedBy().isEmpty())) {
            return false;
        }
        violations.expectEqual(
                "events of timer's flow " + flow,
                List.of("RECEIVED", "PART", "RESULT ACK"),
                outcomes.stream()
                        .filter(o -> !o.hasOverdue())
                        .map(o -> o.getEventCase()
                                + (o.hasResult() ? " " + o.getResult().getResult() : ""))
                        .toList());
        return true;
    }

    /** A record as it arrived, and what its message id makes of it. */
    record Arrival(TrackingId flow, ConsumerRecord<byte[], byte[]> record, String messageId, Identity identity) {

        private static final int MAX_ID_BYTES = 512;

        sealed interface Identity {
            record First() implements Identity {}

            record Duplicate(Arrival first) implements Identity {}

            record Refused(String code) implements Identity {}
        }

        static TrackingId flow(ConsumerRecord<byte[], byte[]> record, Uuid topic) {
            return TrackingId.of(topic, record.partition(), record.offset(), record.timestamp());
        }

        static boolean isUsable(String id) {
            return !id.isEmpty() && id.length() <= MAX_ID_BYTES;
        }

        static Arrival of(ConsumerRecord<byte[], byte[]> record, Uuid topic, Map<String, Arrival> firsts) {
            String id = Observed.header(record, "Message-Id");
            return of(record, topic, record.partition() + "/" + id, firsts);
        }

        /**
         * @param scoped its id as the key of {@code firsts}
         * @param firsts takes it where no other has its id
         */
        static Arrival of(
                ConsumerRecord<byte[], byte[]> record, Uuid topic, String scoped, Map<String, Arrival> firsts) {
            TrackingId flow = flow(record, topic);
            String id = Observed.header(record, "Message-Id");
            if (id.length() > MAX_ID_BYTES) {
                return new Arrival(flow, record, "", new Identity.Refused("MESSAGE_ID_TOO_LONG"));
            }
            if (id.isEmpty()) {
                return new Arrival(flow, record, "", new Identity.Refused("MESSAGE_ID_MISSING"));
            }
            Arrival first = firsts.get(scoped);
            if (first == null || first.flow().equals(flow)) {
                Arrival arrival = new Arrival(flow, record, id, new Identity.First());
                firsts.put(scoped, arrival);
                return arrival;
            }
            boolean same = ByteString.copyFrom(first.record().value()).equals(ByteString.copyFrom(record.value()));
            return new Arrival(
                    flow,
                    record,
                    id,
                    same ? new Identity.Duplicate(first) : new Identity.Refused("MESSAGE_ID_CONFLICT"));
        }
    }
}
