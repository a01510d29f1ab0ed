package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.StageRecord;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes up records that an earlier stage forwarded by their keys. */
final class ForwardedArrivals implements Arrivals {

    private static final byte[] NOTHING = {};
    private static final int TRACKING_ID_BYTES = 16;

    private final StagePlan plan;
    private final int partition;
    private final EngineOptions options;
    private final Ports ports;
    private final Flows flows;
    private final WaitingRoom room;

    ForwardedArrivals(
            StagePlan plan, int partition, EngineOptions options, Ports ports, Flows flows, WaitingRoom room) {
        this.plan = plan;
        this.partition = partition;
        this.options = options;
        this.ports = ports;
        this.flows = flows;
        this.room = room;
    }

    /** @param edge by which it arrived */
    record Arrived(FlowRecord record, Entry entry, long edge) {}

    @Override
    public Work take(ConsumerRecord<byte[], byte[]> input, StateLayer state, long logTimeMs, Instant now) {
        Arrived arrived = read(input);
        FirstRun settlement = FirstRun.ofForwarded(
                plan, partition, arrived.record(), arrived.entry().path(), arrived.edge(), flows, logTimeMs, now);
        Places places = Places.ofKey(room, plan.chain().laneKey(arrived.record().key()));
        return new Work.Runs(new RecordRun(
                plan, options, ports, arrived.record(), arrived.entry(), state, settlement, null, places));
    }

    /** @throws UnreadableLogException where it is nothing that a stage forwards */
    static Arrived read(ConsumerRecord<byte[], byte[]> input) {
        String what = input.topic() + "-" + input.partition() + "@" + input.offset();
        byte[] value = input.value() == null ? NOTHING : input.value();
        StageRecord forwarded = LogFormats.decode(StageRecord.parser(), value, what);
        if (forwarded.getTrackingId().size() != TRACKING_ID_BYTES) {
            throw UnreadableLogException.malformed(what, "its tracking id has no 16 bytes");
        }
        if (forwarded.getEdgeId() == 0) {
            throw UnreadableLogException.malformed(what, "it names no edge");
        }
        FlowRecord record = StageRecords.record(forwarded, input.key());
        return new Arrived(record, StageRecords.entry(forwarded, 0, record.payload()), forwarded.getEdgeId());
    }
}
