package io.waybill.testkit.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.ResultBlock;
import io.waybill.testkit.log.SimLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a network wrote, sorted by flow. */
final class NetworkObserved {

    final Map<String, List<Said>> outcomes = new LinkedHashMap<>();
    final Map<String, List<FlowResult>> results = new HashMap<>();
    final Map<String, List<ReplayCommand>> commands = new HashMap<>();
    /** Topic, message id and value of what pipelines wrote; a copy counts once. */
    final List<String> outputs = new ArrayList<>();

    record Said(String pipeline, String stage, Outcome outcome) {}

    static NetworkObserved read(SimLog log, Network network) {
        NetworkObserved observed = new NetworkObserved();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.outcomes())) {
            OutcomeBlock block = LogFormats.decode(OutcomeBlock.parser(), record.value(), "outcomes");
            for (Outcome outcome : OutcomeBlocks.outcomes(block, "outcomes")) {
                add(
                        observed.outcomes,
                        TrackingId.of(outcome.getTrackingId()).toString(),
                        new Said(block.getPipeline(), block.getStage(), outcome));
            }
        }
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.results())) {
            ResultBlock block = LogFormats.decode(ResultBlock.parser(), record.value(), "results");
            for (FlowResult result : OutcomeBlocks.results(block, "results")) {
                add(observed.results, TrackingId.of(result.getTrackingId()).toString(), result);
            }
        }
        for (Station station : network.stations()) {
            for (String stage : station.stages()) {
                for (ConsumerRecord<byte[], byte[]> record :
                        log.committed(SimulatedEngine.TOPICS.replays(station.name(), stage))) {
                    ReplayCommand command = LogFormats.decode(ReplayCommand.parser(), record.value(), "replays");
                    add(observed.commands, command.getDeadLetterId(), command);
                }
            }
        }
        observed.readOutputs(log);
        return observed;
    }

    private void readOutputs(SimLog log) {
        for (String topic : Network.TOPICS) {
            Set<String> copied = new HashSet<>();
            for (ConsumerRecord<byte[], byte[]> record : log.committed(topic)) {
                String id = NetworkCheck.header(record, "Message-Id");
                boolean written = id.contains("/");
                // What a pipeline wrote twice is not a copy: it has another header, with edges of its own.
                var continuation = record.headers().lastHeader("Waybill-Continuation");
                String same = id + "/"
                        + (continuation == null ? "" : new String(continuation.value(), StandardCharsets.ISO_8859_1));
                if (written && (continuation == null || copied.add(same))) {
                    outputs.add(topic + " " + id + " " + new String(record.value(), StandardCharsets.UTF_8));
                }
            }
        }
    }

    private static <V> void add(Map<String, List<V>> map, String key, V value) {
        map.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
    }
}
