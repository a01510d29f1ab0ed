package io.waybill.engine;

import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.FlowEnd;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.FlowUpdate;
import io.waybill.format.v1.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What one record, or one part of it, does to the world apart from state. Nothing of it leaves before the record
 * settles (I3).
 */
final class Effects {

    private final List<ProducerRecord<byte[], byte[]>> outputs = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<DeadLetterEvent> deadLetters = new ArrayList<>();
    private final List<FlowResult> results = new ArrayList<>();
    private final List<FlowUpdate> flowUpdates = new ArrayList<>();
    private final List<Report> reports = new ArrayList<>();
    private final List<FlowEnded> flowEnds = new ArrayList<>();
    private long bytes;

    void output(ProducerRecord<byte[], byte[]> record, long size) {
        outputs.add(record);
        bytes += size;
    }

    void outcome(Outcome outcome) {
        outcomes.add(outcome);
        bytes += outcome.getSerializedSize();
    }

    void deadLetter(DeadLetterEvent event) {
        deadLetters.add(event);
        bytes += event.getSerializedSize();
    }

    void result(FlowResult result) {
        results.add(result);
    }

    /** For the stage in which flows become whole. */
    void flowUpdate(FlowUpdate update) {
        flowUpdates.add(update);
        bytes += update.getSerializedSize();
    }

    /** For the pipeline in which the flow was before. */
    void report(Report report) {
        reports.add(report);
        bytes += report.update().getSerializedSize();
    }

    void flowEnded(FlowEnded end) {
        flowEnds.add(end);
    }

    /** The change itself lies in the state's layer; here only its size counts. */
    void stateChange(long size) {
        bytes += size;
    }

    /** Takes over everything the other holds. */
    void add(Effects other) {
        outputs.addAll(other.outputs);
        outcomes.addAll(other.outcomes);
        deadLetters.addAll(other.deadLetters);
        results.addAll(other.results);
        flowUpdates.addAll(other.flowUpdates);
        reports.addAll(other.reports);
        flowEnds.addAll(other.flowEnds);
        bytes += other.bytes;
    }

    List<ProducerRecord<byte[], byte[]>> outputs() {
        return outputs;
    }

    List<Outcome> outcomes() {
        return outcomes;
    }

    List<DeadLetterEvent> deadLetters() {
        return deadLetters;
    }

    List<FlowResult> results() {
        return results;
    }

    List<FlowUpdate> flowUpdates() {
        return flowUpdates;
    }

    List<Report> reports() {
        return reports;
    }

    List<FlowEnded> flowEnds() {
        return flowEnds;
    }

    long bytes() {
        return bytes;
    }

    /** @param topic on which the flows of that pipeline become whole */
    record Report(String topic, int partition, FlowUpdate update) {}

    /** @param sourcePartition of the task that holds the flow's message id */
    record FlowEnded(int sourcePartition, FlowEnd end) {}
}
