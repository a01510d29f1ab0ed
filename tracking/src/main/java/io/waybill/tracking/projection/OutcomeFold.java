package io.waybill.tracking.projection;

import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.PartStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks of outcomes into what they say of flows, parts and results, in the log's order. Entries and states that
 * a newer engine writes and this version does not know are passed over, as the format demands.
 */
final class OutcomeFold {

    private final List<Entry> entries = new ArrayList<>();
    private Instant newest = Instant.EPOCH;

    /** What one entry does to its flow, and the part or result it brings. */
    private record Entry(
            TrackingId flow,
            String pipeline,
            int version,
            Consumer<TrackedFlow> change,
            @Nullable PartRow part,
            @Nullable Settlement result) {}

    /** @throws UnreadableLogException where a record is no block of outcomes */
    static OutcomeFold of(List<ConsumerRecord<byte[], byte[]>> records) {
        OutcomeFold fold = new OutcomeFold();
        records.forEach(fold::read);
        return fold;
    }

    /** When the newest entry was decided. */
    Instant newest() {
        return newest;
    }

    /** The flows that are spoken of, each once. */
    List<TrackingId> flows() {
        return entries.stream().map(Entry::flow).distinct().toList();
    }

    void applyTo(OutcomeBatch batch) {
        for (Entry entry : entries) {
            TrackedFlow flow = batch.flow(entry.flow, entry.pipeline, entry.version);
            entry.change.accept(flow);
            if (entry.part != null) {
                batch.add(entry.part.by(own(flow, entry) ? null : StoredText.line(entry.pipeline)));
            }
            if (entry.result != null) {
                batch.add(entry.result);
            }
        }
    }

    /** A flow goes on in other pipelines than the one it began in. */
    private static boolean own(TrackedFlow flow, Entry entry) {
        return flow.pipeline().equals(StoredText.bounded(entry.pipeline, StoredText.LINE));
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        String what = record.topic() + "-" + record.partition() + "@" + record.offset();
        byte[] value = record.value() == null ? new byte[0] : record.value();
        OutcomeBlock block = LogFormats.decode(OutcomeBlock.parser(), value, what);
        try {
            OutcomeBlocks.outcomes(block, what).forEach(outcome -> read(block, outcome));
        } catch (IllegalArgumentException e) {
            throw UnreadableLogException.malformed(what, e);
        }
    }

    private void read(OutcomeBlock block, Outcome outcome) {
        TrackingId id = TrackingId.of(outcome.getTrackingId());
        Instant at = StoredTime.of(outcome.getAtMs());
        newest = at.isAfter(newest) ? at : newest;
        switch (outcome.getEventCase()) {
            case RECEIVED -> add(block, id, flow -> flow.received(outcome.getReceived()));
            case DUPLICATE -> {
                TrackingId first = TrackingId.of(outcome.getDuplicate().getFirstTrackingId());
                add(block, id, flow -> flow.duplicateOf(first));
            }
            case WAITING -> add(block, id, flow -> flow.waits(outcome.getWaiting(), at));
            case PART -> readPart(block, id, outcome, at);
            case RESULT -> readResult(block, id, outcome, at);
            // Its incident says it, and its result that it is over.
            case OVERDUE -> {}
            case EVENT_NOT_SET -> {}
        }
    }

    private void readPart(OutcomeBlock block, TrackingId id, Outcome outcome, Instant at) {
        PartStatus status = switch (outcome.getPart().getState()) {
            case PASSED -> PartStatus.PASSED;
            case FILTERED -> PartStatus.FILTERED;
            case SPLIT -> PartStatus.SPLIT;
            case DEAD_LETTERED -> PartStatus.DEAD_LETTERED;
            case DISCARDED -> PartStatus.DISCARDED;
            case FORWARDED -> PartStatus.FORWARDED;
            case PART_STATE_UNSPECIFIED, UNRECOGNIZED -> null;
        };
        if (status != null) {
            PartRow part = PartRow.of(id.value(), status, outcome.getPart(), at);
            entries.add(
                    new Entry(id, block.getPipeline(), block.getPipelineVersion(), OutcomeFold::nothing, part, null));
        }
    }

    private void readResult(OutcomeBlock block, TrackingId id, Outcome outcome, Instant at) {
        FlowStatus status = switch (outcome.getResult().getResult()) {
            case ACK -> FlowStatus.ACK;
            case NACK -> FlowStatus.NACK;
            case PARTIAL -> FlowStatus.PARTIAL;
            case DUPLICATE -> FlowStatus.DUPLICATE;
            case RESULT_UNSPECIFIED, UNRECOGNIZED -> null;
        };
        if (status == null) {
            return;
        }
        Settlement settlement = Settlement.of(id.value(), status, outcome.getResult(), at);
        Origin origin = Origin.of(outcome.getResult());
        TrackingId first = outcome.getResult().getDuplicateOf().isEmpty()
                ? null
                : TrackingId.of(outcome.getResult().getDuplicateOf());
        Consumer<TrackedFlow> change = flow -> {
            flow.settled(settlement);
            flow.originatesFrom(origin);
            if (first != null) {
                flow.duplicateOf(first);
            }
        };
        entries.add(new Entry(id, block.getPipeline(), block.getPipelineVersion(), change, null, settlement));
    }

    private void add(OutcomeBlock block, TrackingId id, Consumer<TrackedFlow> change) {
        entries.add(new Entry(id, block.getPipeline(), block.getPipelineVersion(), change, null, null));
    }

    private static void nothing(TrackedFlow flow) {}
}
