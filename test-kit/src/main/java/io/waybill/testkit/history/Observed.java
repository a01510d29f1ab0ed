package io.waybill.testkit.history;

import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.Topics;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.ResultBlock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** The content of the topics at the end, decoded and sorted by what it is about; orders of the log are kept. */
final class Observed {

    final Map<TrackingId, List<Said>> outcomes = new LinkedHashMap<>();
    final Map<TrackingId, List<FlowResult>> results = new LinkedHashMap<>();
    final Map<TrackingId, List<Output>> outputs = new LinkedHashMap<>();
    final Map<String, List<DeadLetterEvent>> deadLetters = new LinkedHashMap<>();
    final Map<String, List<ReplayCommand>> commands = new LinkedHashMap<>();
    final Map<String, List<String>> outputIdsByOrder = new LinkedHashMap<>();

    /** @param stage that said it */
    record Said(String stage, Outcome outcome) {}

    /** @param id the {@code Message-Id} header */
    record Output(String id, String key, String value) {}

    static Observed read(History.Content content, Topics topics, History.Names names, Oracle oracle) {
        Observed observed = new Observed();
        for (ConsumerRecord<byte[], byte[]> record : content.committed(topics.outcomes())) {
            OutcomeBlock block = LogFormats.decode(OutcomeBlock.parser(), record.value(), "outcomes");
            for (Outcome outcome : OutcomeBlocks.outcomes(block, "outcomes")) {
                add(observed.outcomes, TrackingId.of(outcome.getTrackingId()), new Said(block.getStage(), outcome));
            }
        }
        for (ConsumerRecord<byte[], byte[]> record : content.committed(topics.results())) {
            ResultBlock block = LogFormats.decode(ResultBlock.parser(), record.value(), "results");
            for (FlowResult result : OutcomeBlocks.results(block, "results")) {
                add(observed.results, TrackingId.of(result.getTrackingId()), result);
            }
        }
        for (ConsumerRecord<byte[], byte[]> record : content.committed(topics.deadLetters())) {
            DeadLetterEvent event = LogFormats.decode(DeadLetterEvent.parser(), record.value(), "dead letters");
            add(observed.deadLetters, event.getDeadLetterId(), event);
        }
        for (String stage : names.stages()) {
            for (ConsumerRecord<byte[], byte[]> record : content.committed(topics.replays(names.pipeline(), stage))) {
                ReplayCommand command = LogFormats.decode(ReplayCommand.parser(), record.value(), "replays");
                add(observed.commands, command.getDeadLetterId(), command);
            }
        }
        for (ConsumerRecord<byte[], byte[]> record : content.committed(names.sink())) {
            Output output = new Output(header(record, "Message-Id"), text(record.key()), text(record.value()));
            add(observed.outputs, TrackingId.parse(header(record, "Waybill-Tracking-Id")), output);
            add(observed.outputIdsByOrder, oracle.orderedBy(output.key(), output.value()), output.id());
        }
        return observed;
    }

    private static <K, V> void add(Map<K, List<V>> map, K key, V value) {
        map.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : text(header.value());
    }

    /** Empty where there are none. */
    static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
