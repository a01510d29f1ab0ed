package io.waybill.engine;

import io.waybill.engine.DuplicateFilter.Sighting;
import io.waybill.engine.DuplicateFilter.Verdict;
import io.waybill.format.Sha256;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Position;
import io.waybill.format.v1.Result;
import io.waybill.log.RecordSize;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KafkaSource.Identity;
import io.waybill.pipeline.Poison;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Takes up the users' own messages: finds their identity, recognises duplicates, begins their flow. */
final class SourceArrivals implements Arrivals {

    private static final byte[] NOTHING = {};

    private final StagePlan plan;
    private final KafkaSource<?> source;
    private final int partition;
    private final EngineOptions options;
    private final Ports ports;
    private final Flows flows;
    private final @Nullable DuplicateFilter filter;
    /** By offset: of records that were asked for their ids before their turn. */
    private final Map<Long, Read> ahead = new HashMap<>();

    private record Read(
            Headers headers, Identity identity, @Nullable OperatorFailure refusal) {}

    SourceArrivals(
            StagePlan plan,
            KafkaSource<?> source,
            int partition,
            EngineOptions options,
            Ports ports,
            Flows flows,
            @Nullable DuplicateFilter filter) {
        this.plan = plan;
        this.source = source;
        this.partition = partition;
        this.options = options;
        this.ports = ports;
        this.flows = flows;
        this.filter = filter;
    }

    @Override
    public Work take(ConsumerRecord<byte[], byte[]> input, StateLayer state, long logTimeMs) {
        Instant now = ports.clock().instant();
        Read before = ahead.remove(input.offset());
        Read read = before == null ? read(input) : before;
        Identity identity = read.identity();
        OperatorFailure refusal = read.refusal();
        Headers headers = read.headers();
        byte[] payload = input.value() == null ? NOTHING : input.value();
        long size = RecordSize.upperBound(input.key(), payload, input.headers());
        if (size > options.maxRecordBytes() - EngineOptions.ROOM_FOR_ERROR) {
            // It could not be kept as a dead letter, and must not be lost: compression let it past the topic's limit.
            throw TaskHaltedException.recordTooLarge(
                    "record %s-%d@%d takes %d bytes, expected at most %d: raise waybill.max-payload-size"
                            .formatted(
                                    input.topic(),
                                    input.partition(),
                                    input.offset(),
                                    size,
                                    options.maxRecordBytes() - EngineOptions.ROOM_FOR_ERROR));
        }
        FlowRecord record = record(input, identity, headers, payload);
        Sighting sighting = null;
        if (filter != null && refusal == null) {
            if (identity.messageId().isEmpty()) {
                refusal = failure(Poison.because(
                        "MESSAGE_ID_MISSING",
                        "expected a message id in a header or by the source's function, but there was none"));
            } else {
                sighting = sighting(record, logTimeMs);
                switch (filter.accept(state, sighting)) {
                    case Verdict.First first -> {}
                    case Verdict.Duplicate duplicate -> {
                        return new Work.Done(duplicate(record, duplicate, now), state);
                    }
                    case Verdict.Conflict conflict -> {
                        refusal = failure(Poison.because(
                                "MESSAGE_ID_CONFLICT",
                                "message id '%s' was used by flow %s for another payload",
                                identity.messageId(),
                                conflict.first()));
                        sighting = null;
                    }
                }
            }
        }
        FirstRun settlement = FirstRun.ofFlow(plan, partition, record, flows, filter, sighting, logTimeMs, now);
        Entry entry = new Entry(0, PartPath.ROOT, payload, "", 0);
        return new Work.Runs(new RecordRun(plan, options, ports, record, entry, state, settlement, refusal));
    }

    @Override
    public String messageId(ConsumerRecord<byte[], byte[]> queued) {
        if (filter == null) {
            return "";
        }
        return ahead.computeIfAbsent(queued.offset(), offset -> read(queued))
                .identity()
                .messageId();
    }

    private Read read(ConsumerRecord<byte[], byte[]> input) {
        Headers headers = headers(input);
        byte[] payload = input.value() == null ? NOTHING : input.value();
        try {
            return new Read(headers, source.identify(input.key(), headers, payload), null);
        } catch (Poison unusable) {
            return new Read(headers, new Identity("", ""), failure(unusable));
        }
    }

    private Effects duplicate(FlowRecord record, Verdict.Duplicate of, Instant now) {
        Effects effects = new Effects();
        effects.fact(Outcomes.received(record, now));
        effects.fact(Outcomes.duplicate(record, of, now));
        FlowResult result = FlowResult.newBuilder()
                .setTrackingId(record.flow().toByteString())
                .setResult(Result.DUPLICATE)
                .setNumber(1)
                .setDuplicateOf(of.first().toByteString())
                .setAtMs(now.toEpochMilli())
                .setPipeline(plan.pipeline().name())
                .setMessageId(record.messageId())
                .setBatchId(record.batchId())
                .build();
        effects.fact(new Fact.Ended(record.flow(), result));
        return effects;
    }

    private FlowRecord record(
            ConsumerRecord<byte[], byte[]> input, Identity identity, Headers headers, byte[] payload) {
        TrackingId flow = TrackingId.of(plan.input().id(), input.partition(), input.offset(), input.timestamp());
        Position source = Position.newBuilder()
                .setTopic(input.topic())
                .setPartition(input.partition())
                .setNextOffset(input.offset())
                .setLeaderEpoch(input.leaderEpoch().orElse(-1))
                .build();
        return new FlowRecord(
                flow,
                identity.messageId(),
                identity.batchId(),
                input.key(),
                headers,
                payload,
                source,
                Math.max(0, input.timestamp()));
    }

    private static Sighting sighting(FlowRecord record, long logTimeMs) {
        return new Sighting(
                record.messageId(),
                Sha256.of(record.payload()),
                record.flow(),
                record.source().getTopic(),
                record.source().getPartition(),
                record.source().getNextOffset(),
                logTimeMs);
    }

    private OperatorFailure failure(Poison poison) {
        return OperatorFailure.of(OperatorFailure.SOURCE, plan.pipeline().policy(), poison);
    }

    static Headers headers(ConsumerRecord<byte[], byte[]> input) {
        Header[] all = input.headers().toArray();
        Headers.Header[] copies = new Headers.Header[all.length];
        for (int i = 0; i < all.length; i++) {
            copies[i] = new Headers.Header(all[i].key(), all[i].value());
        }
        return new Headers(List.of(copies));
    }
}
