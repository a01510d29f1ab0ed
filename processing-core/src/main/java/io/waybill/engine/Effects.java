package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.FlowEnd;
import io.waybill.format.v1.FlowUpdate;
import io.waybill.format.v1.Verdict;
import io.waybill.sink.TwoPhaseSink.Row;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What one record, or one part of it, does to the world apart from state. Nothing of it leaves before the record
 * settles (I3).
 */
final class Effects {

    // Each begins with the first of its kind: most records have few kinds.
    private List<ProducerRecord<byte[], byte[]>> outputs = List.of();
    private List<Fact> facts = List.of();
    private List<DeadLetterEvent> deadLetters = List.of();
    private List<FlowUpdate> flowUpdates = List.of();
    private List<Report> reports = List.of();
    private List<FlowEnded> flowEnds = List.of();
    private List<SinkRow> sinkRows = List.of();
    private List<ClaimEntry> claims = List.of();
    private List<Judged> verdicts = List.of();
    private long bytes;

    void sinkRow(SinkRow written) {
        sinkRows = with(sinkRows, written);
        bytes += written.row().bytes();
    }

    void output(ProducerRecord<byte[], byte[]> record, long size) {
        outputs = with(outputs, record);
        bytes += size;
    }

    /** In the order in which they came to be. */
    void fact(Fact fact) {
        facts = with(facts, fact);
        bytes += fact.size();
    }

    void deadLetter(DeadLetterEvent event) {
        deadLetters = with(deadLetters, event);
        bytes += event.getSerializedSize();
    }

    /** For the stage in which flows become whole. */
    void flowUpdate(FlowUpdate update) {
        flowUpdates = with(flowUpdates, update);
        bytes += update.getSerializedSize();
    }

    /** For the pipeline in which the flow was before. */
    void report(Report report) {
        reports = with(reports, report);
        bytes += report.update().getSerializedSize();
    }

    void flowEnded(FlowEnded end) {
        flowEnds = with(flowEnds, end);
    }

    /** For the stage of claims. */
    void claim(ClaimEntry entry) {
        claims = with(claims, entry);
        bytes += entry.size();
    }

    /** For a task of the source. */
    void verdict(Judged judged) {
        verdicts = with(verdicts, judged);
        bytes += judged.verdict().getSerializedSize();
    }

    /** The change itself lies in the state's layer; here only its size counts. */
    void stateChange(long size) {
        bytes += size;
    }

    /** Takes over everything the other holds, which must not be used any more. */
    void add(Effects other) {
        outputs = joined(outputs, other.outputs);
        facts = joined(facts, other.facts);
        deadLetters = joined(deadLetters, other.deadLetters);
        flowUpdates = joined(flowUpdates, other.flowUpdates);
        reports = joined(reports, other.reports);
        flowEnds = joined(flowEnds, other.flowEnds);
        sinkRows = joined(sinkRows, other.sinkRows);
        claims = joined(claims, other.claims);
        verdicts = joined(verdicts, other.verdicts);
        bytes += other.bytes;
    }

    private static <T> List<T> with(List<T> list, T one) {
        List<T> more = list.isEmpty() ? new ArrayList<>(3) : list;
        more.add(one);
        return more;
    }

    private static <T> List<T> joined(List<T> list, List<T> more) {
        if (list.isEmpty()) {
            return more;
        }
        list.addAll(more);
        return list;
    }

    List<ProducerRecord<byte[], byte[]>> outputs() {
        return outputs;
    }

    List<Fact> facts() {
        return facts;
    }

    List<DeadLetterEvent> deadLetters() {
        return deadLetters;
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

    List<SinkRow> sinkRows() {
        return sinkRows;
    }

    List<ClaimEntry> claims() {
        return claims;
    }

    List<Judged> verdicts() {
        return verdicts;
    }

    long bytes() {
        return bytes;
    }

    /**
     * For a two-phase sink.
     *
     * @param sink its name
     * @param flow of the record that wrote it
     * @param path of that record
     */
    record SinkRow(String sink, Row row, TrackingId flow, PartPath path) {

        Refusals.Refusal refused(String reason) {
            return new Refusals.Refusal(Refusals.record(flow, path), sink, reason);
        }
    }

    /** @param topic on which the flows of that pipeline become whole */
    record Report(String topic, int partition, FlowUpdate update) {}

    /** @param sourcePartition in whose task the record waits */
    record Judged(int sourcePartition, Verdict verdict) {}

    /** @param sourcePartition of the task that holds the flow's message id */
    record FlowEnded(int sourcePartition, FlowEnd end) {}
}
