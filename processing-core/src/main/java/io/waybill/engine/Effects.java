package io.waybill.engine;

import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.FlowEnd;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.FlowUpdate;
import io.waybill.format.v1.Outcome;
import io.waybill.sink.TwoPhaseSink.Row;
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
    private final List<FlowEnded> flowEnds = new ArrayList<>();
    private final List<SinkRow> sinkRows = new ArrayList<>();
    private long bytes;

    /** @param sink a two-phase sink's name */
    void sinkRow(String sink, Row row) {
        sinkRows.add(new SinkRow(sink, row));
        bytes += row.bytes();
    }

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
        flowEnds.addAll(other.flowEnds);
        sinkRows.addAll(other.sinkRows);
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

    List<FlowEnded> flowEnds() {
        return flowEnds;
    }

    List<SinkRow> sinkRows() {
        return sinkRows;
    }

    long bytes() {
        return bytes;
    }

    /** For a two-phase sink. */
    record SinkRow(String sink, Row row) {}

    /** @param sourcePartition of the task that holds the flow's message id */
    record FlowEnded(int sourcePartition, FlowEnd end) {}
}
