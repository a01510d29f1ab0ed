package io.waybill.testkit.engine;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.Continuation;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.Result;
import io.waybill.testkit.log.SimLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Recomputes every flow of a finished history across its pipelines, from what was sent and what people ordered. */
final class NetworkCheck {

    private final SimLog log;
    private final Network network;
    private final NetworkObserved observed;
    private final List<String> violations = new ArrayList<>();
    /** Records with which flows go on, by reader and message id. */
    private final Map<String, ConsumerRecord<byte[], byte[]>> legs = new LinkedHashMap<>();

    private final Map<String, NetworkState> states = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();
    private final Map<String, String> firstHolders = new HashMap<>();

    NetworkCheck(SimLog log, Network network) {
        this.log = log;
        this.network = network;
        this.observed = NetworkObserved.read(log, network);
        network.stations().forEach(station -> states.put(station.name(), new NetworkState(log, station)));
    }

    /** A record on a source topic. */
    private record Arrival(Station at, ConsumerRecord<byte[], byte[]> record, String flow, String id) {}

    List<String> check() {
        List<Arrival> begins = new ArrayList<>();
        for (Station station : network.stations()) {
            for (ConsumerRecord<byte[], byte[]> record : log.committed(station.source())) {
                Arrival arrival = arrival(station, record);
                String scoped = station.name() + "/" + record.partition() + "/" + arrival.id();
                String holder = station.deduplicates() ? firstHolders.get(scoped) : null;
                if (holder != null) {
                    duplicate(arrival, holder);
                } else if (goesOnIn(station, record)) {
                    legs.put(station.name() + "/" + arrival.id(), record);
                    firstHolders.put(scoped, header(record, "Waybill-Tracking-Id"));
                } else {
                    begins.add(arrival);
                    firstHolders.put(scoped, arrival.flow());
                }
            }
        }
        List<String> outputs = new ArrayList<>();
        for (Arrival arrival : begins) {
            received(arrival);
            NetworkFlow flow = new NetworkFlow(network, observed, legs, this::state, violations, outputs);
            flow.check(arrival.at(), arrival.record(), arrival.flow());
        }
        legs.keySet().forEach(leg -> violations.add("a record goes on that no flow wrote: " + leg));
        expectEqual("outputs", sorted(outputs), sorted(observed.outputs));
        Set<String> spoken = new TreeSet<>(observed.outcomes.keySet());
        spoken.removeAll(known);
        expectEqual("flows that nobody sent", Set.of(), spoken);
        states.values().forEach(state -> state.check(violations));
        for (Station station : network.stations()) {
            if (station.hasDeadline()) {
                violations.addAll(
                        new DeadlineCheck(log, station.name(), station.stages(), Shape.DEADLINE, true, false).check());
            }
        }
        return violations;
    }

    private Arrival arrival(Station station, ConsumerRecord<byte[], byte[]> record) {
        TrackingId flow =
                TrackingId.of(log.topicId(record.topic()), record.partition(), record.offset(), record.timestamp());
        String causedBy = header(record, "Waybill-Tracking-Id");
        return new Arrival(
                station,
                record,
                (causedBy.isEmpty() || causedBy.equals("nonsense") ? flow : flow.in(station.name())).toString(),
                header(record, "Message-Id"));
    }

    private NetworkState state(Station station) {
        return Objects.requireNonNull(states.get(station.name()));
    }

    private boolean goesOnIn(Station station, ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader("Waybill-Continuation");
        if (header == null) {
            return false;
        }
        try {
            return LogFormats.decode(Continuation.parser(), header.value(), "header").getReadersList().stream()
                    .anyMatch(reader -> reader.getPipeline().equals(station.name()));
        } catch (UnreadableLogException forged) {
            return false;
        }
    }

    private void received(Arrival arrival) {
        known.add(arrival.flow());
        List<Outcome> received = observed.outcomes.getOrDefault(arrival.flow(), List.of()).stream()
                .map(NetworkObserved.Said::outcome)
                .filter(Outcome::hasReceived)
                .toList();
        expectEqual(arrival.flow() + " is received", 1, received.size());
        for (Outcome outcome : received) {
            ByteString causedBy = outcome.getReceived().getCausedBy();
            String named = causedBy.isEmpty() ? "" : TrackingId.of(causedBy).toString();
            String says = header(arrival.record(), "Waybill-Tracking-Id");
            expectEqual(arrival.flow() + " is caused by", says.equals("nonsense") ? "" : says, named);
        }
    }

    private void duplicate(Arrival arrival, String first) {
        received(arrival);
        List<FlowResult> results = observed.results.getOrDefault(arrival.flow(), List.of());
        expectEqual(arrival.flow() + " has one result", 1, results.size());
        for (FlowResult result : results) {
            expectEqual(arrival.flow() + " ends as", Result.DUPLICATE, result.getResult());
            expectEqual(arrival.flow() + " repeats", TrackingId.parse(first).toByteString(), result.getDuplicateOf());
        }
    }

    private void expectEqual(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            violations.add("%s: expected %s, but was %s".formatted(what, expected, actual));
        }
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static List<String> sorted(List<String> all) {
        return all.stream().sorted().toList();
    }
}
