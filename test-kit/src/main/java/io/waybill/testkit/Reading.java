package io.waybill.testkit;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.Captured;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.ProcessInstance;
import io.waybill.pipeline.State;
import io.waybill.pipeline.StateDeclaration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Utils;

/** Turns what the pipeline said into what a test asks for. */
final class Reading {

    private static final String TRACKING_HEADER = "Waybill-Tracking-Id";

    private final Journal journal;

    Reading(Journal journal) {
        this.journal = journal;
    }

    List<Output> outputs(Operator.Sink sink) {
        List<Output> outputs = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : journal.records(sink.sink().topic())) {
            Headers headers = headers(record);
            String id = headers.text(KafkaSource.MESSAGE_ID_HEADER).orElse("");
            if (sink.name().equals(sinkOf(id))) {
                outputs.add(new Output(
                        Values.read("sink '" + sink.name() + "'", sink.sink().serde(), record.value()),
                        record.key(),
                        headers,
                        headers.text(TRACKING_HEADER).orElse("")));
            }
        }
        return outputs;
    }

    /** An output's id is tracking id, part path, sink and number. */
    private static String sinkOf(String id) {
        String[] steps = id.split("/", -1);
        return steps.length == 4 ? steps[2] : "";
    }

    private static Headers headers(ConsumerRecord<byte[], byte[]> record) {
        return new Headers(Arrays.stream(record.headers().toArray())
                .map(header -> new Headers.Header(header.key(), header.value()))
                .toList());
    }

    List<DeadLetter> deadLetters() {
        return journal.openDeadLetters().values().stream()
                .map(Reading::deadLetter)
                .toList();
    }

    private static DeadLetter deadLetter(DeadLetterEvent event) {
        Captured captured = event.getCaptured();
        return new DeadLetter(
                event.getDeadLetterId(),
                TrackingId.of(event.getTrackingId()).toString(),
                event.getStage(),
                captured.getOperator(),
                captured.getErrorCode(),
                captured.getErrorMessage(),
                captured.getPayload().toByteArray(),
                captured.getPathList(),
                captured.getLabel(),
                event.getAttempt(),
                captured.getHasKey() ? captured.getKey().toByteArray() : null,
                new Headers(captured.getHeadersList().stream()
                        .map(header -> new Headers.Header(
                                header.getKey(),
                                header.hasValue() ? header.getValue().toByteArray() : null))
                        .toList()));
    }

    FlowResult result(String trackingId) {
        FlowResult current = new FlowResult(trackingId, FlowResult.Status.IN_PROGRESS, 0, 0, 0, 0, 0, "");
        for (io.waybill.format.v1.FlowResult result : journal.results()) {
            if (TrackingId.of(result.getTrackingId()).toString().equals(trackingId)
                    && result.getNumber() >= current.number()) {
                current = new FlowResult(
                        trackingId,
                        FlowResult.Status.valueOf(result.getResult().name()),
                        result.getNumber(),
                        result.getLeaves(),
                        result.getSucceeded(),
                        result.getFailed(),
                        result.getOpenDeadLetters(),
                        result.getDuplicateOf().isEmpty()
                                ? ""
                                : TrackingId.of(result.getDuplicateOf()).toString());
            }
        }
        return current;
    }

    List<Incident> incidents() {
        return journal.openIncidents().stream()
                .map(incident -> new Incident(
                        incident.getId(),
                        incident.getStage(),
                        incident.getPartition(),
                        incident.getCode(),
                        incident.getOperator(),
                        incident.getTrackingId().isEmpty()
                                ? ""
                                : TrackingId.of(incident.getTrackingId()).toString(),
                        incident.getTitle(),
                        incident.getDetail()))
                .toList();
    }

    StateContent state(Operator.Stateful operator, String state, Object key) {
        byte[] bytes = Values.write("a key", operator.key(), key);
        Changelog task = taskOf(operator, bytes);
        State found = ProcessInstance.open(operator, declared -> task.rows(operator.name(), declared.name()))
                .look(state, bytes);
        if (found == null) {
            throw PipelineTestException.unknown(
                    "state",
                    state,
                    operator.states().stream().map(StateDeclaration::name).toList());
        }
        return new StateContent(found);
    }

    /** The task that holds this key; a new one where nobody does. */
    private Changelog taskOf(Operator.Stateful operator, byte[] key) {
        Names.Stage stage = journal.names().stageOf(operator);
        Map<Integer, Changelog> tasks = journal.changelogs(stage);
        int partition = Utils.toPositive(Utils.murmur2(key)) % journal.partitions(stage);
        return tasks.getOrDefault(partition, new Changelog());
    }
}
