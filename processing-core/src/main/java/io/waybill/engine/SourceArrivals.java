package io.waybill.engine;

import io.waybill.engine.DuplicateFilter.Sighting;
import io.waybill.engine.DuplicateFilter.Verdict;
import io.waybill.format.Sha256;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.ClaimedRecord;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.WaitingRow;
import io.waybill.log.RecordSize;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KafkaSource.Identity;
import io.waybill.pipeline.Poison;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
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
    private final WaitingRoom room;
    /** Of records that were asked for their ids before their turn, in their order. */
    private final Deque<Read> ahead = new ArrayDeque<>();

    private record Read(
            long offset,
            Headers headers,
            Identity identity,
            @Nullable OperatorFailure refusal) {}

    SourceArrivals(
            StagePlan plan,
            KafkaSource<?> source,
            int partition,
            EngineOptions options,
            Ports ports,
            Flows flows,
            @Nullable DuplicateFilter filter,
            WaitingRoom room) {
        this.plan = plan;
        this.source = source;
        this.partition = partition;
        this.options = options;
        this.ports = ports;
        this.flows = flows;
        this.filter = filter;
        this.room = room;
    }

    @Override
    public Work take(ConsumerRecord<byte[], byte[]> input, StateLayer state, long logTimeMs, Instant now) {
        Read read = readBefore(input);
        requireKept(input, payload(input));
        boolean claims = plan.pipeline().isDeduplicatedGlobally()
                && read.refusal() == null
                && !read.identity().messageId().isEmpty();
        return claims
                ? claim(input, read, state, logTimeMs, now)
                : take(input, read, null, state, logTimeMs, now, placesOf(input.key()));
    }

    @Override
    public Work takeClaimed(WaitingRow row, StateLayer state, long logTimeMs, Instant now, Places places) {
        ClaimedRecord claimed = row.getClaimed();
        ConsumerRecord<byte[], byte[]> input =
                ClaimedRecords.input(row, plan.input().name(), partition);
        Identity identity = new Identity(claimed.getMessageId(), claimed.getBatchId());
        Verdict verdict = ClaimedRecords.verdict(claimed.getOffset(), input.topic(), state);
        Read read = new Read(claimed.getOffset(), headers(input), identity, null);
        return take(input, read, verdict, state, logTimeMs, now, places);
    }

    /** It waits in its key's lane until it is known whether it is the first. Its flow begins when it has its turn. */
    private Work claim(ConsumerRecord<byte[], byte[]> input, Read read, StateLayer state, long logTimeMs, Instant now) {
        byte[] payload = payload(input);
        TakenOver takenOver = TakenOver.of(read.headers(), plan);
        FlowRecord own = record(input, read.identity(), read.headers(), payload);
        byte[] key = plan.chain().laneKey(input.key());
        Lane lane = key == null ? Lane.ofRecord(own.flow(), PartPath.ROOT) : Lane.ofKey(key);
        WaitingRow row = ClaimedRecords.row(input, read.headers(), payload, read.identity(), now);
        Waiting unused = room.join(lane, row, state, now);
        Effects effects = new Effects();
        effects.stateChange(row.getSerializedSize());
        effects.claim(new ClaimEntry.Claim(
                own.messageId(),
                takenOver == null ? own.flow() : takenOver.flow(),
                Sha256.of(payload),
                partition,
                input.offset(),
                logTimeMs));
        return new Work.Waits(effects, state);
    }

    private Places placesOf(byte @Nullable [] key) {
        return Places.ofKey(room, plan.chain().laneKey(key));
    }

    private static byte[] payload(ConsumerRecord<byte[], byte[]> input) {
        return input.value() == null ? NOTHING : input.value();
    }

    private void requireKept(ConsumerRecord<byte[], byte[]> input, byte[] payload) {
        int most = options.maxRecordBytes() - EngineOptions.ROOM_FOR_ERROR;
        if (!RecordSize.fits(input.key(), payload, input.headers(), most)) {
            // It could not be kept as a dead letter, and must not be lost: compression let it past the topic's limit.
            throw TaskHaltedException.recordTooLarge(
                    "record %s-%d@%d takes %d bytes, expected at most %d: raise waybill.max-payload-size"
                            .formatted(
                                    input.topic(),
                                    input.partition(),
                                    input.offset(),
                                    RecordSize.upperBound(input.key(), payload, input.headers()),
                                    most));
        }
    }

    /** @param judged what is known of its id; null where that is to be asked here */
    private Work take(
            ConsumerRecord<byte[], byte[]> input,
            Read read,
            @Nullable Verdict judged,
            StateLayer state,
            long logTimeMs,
            Instant now,
            Places places) {
        Identity identity = read.identity();
        OperatorFailure refusal = read.refusal();
        Headers headers = read.headers();
        byte[] payload = payload(input);
        TakenOver takenOver = TakenOver.of(headers, plan);
        FlowRecord record = takenOver == null
                ? record(input, identity, headers, payload)
                : record(input, identity, headers, payload, takenOver);
        Sighting sighting = null;
        if (plan.pipeline().deduplicate() != null && refusal == null) {
            if (identity.messageId().isEmpty()) {
                refusal = failure(Poison.because(
                        "MESSAGE_ID_MISSING",
                        "expected a message id in a header or by the source's function, but there was none"));
            } else {
                Verdict verdict = judged;
                if (verdict == null) {
                    sighting = sighting(record, logTimeMs);
                    verdict = Objects.requireNonNull(filter).accept(state, sighting);
                }
                switch (verdict) {
                    case Verdict.First first -> {}
                    case Verdict.Duplicate duplicate -> {
                        // A copy: its flow goes on with the first. This one only says that it came from there.
                        record = record(input, identity, headers, payload);
                        return new Work.Done(duplicate(record, duplicate, now), state);
                    }
                    case Verdict.Conflict conflict -> {
                        refusal = failure(Poison.because(
                                "MESSAGE_ID_CONFLICT",
                                "message id '%s' was used by flow %s for another payload",
                                identity.messageId(),
                                conflict.first()));
                        sighting = null;
                        takenOver = null;
                        record = record(input, identity, headers, payload);
                    }
                }
            }
        }
        if (takenOver != null
                && takenOver.leg().before().contains(plan.pipeline().name())) {
            refusal = cycle(takenOver);
        }
        FirstRun settlement = takenOver == null
                ? FirstRun.ofFlow(plan, partition, record, flows, filter, sighting, logTimeMs, now)
                : FirstRun.ofLeg(plan, partition, record, takenOver.emitter(), flows, filter, sighting, logTimeMs, now);
        Entry entry = new Entry(0, record.leg().root(), payload, takenOver == null ? "" : takenOver.label(), 0);
        return new Work.Runs(new RecordRun(plan, options, ports, record, entry, state, settlement, refusal, places));
    }

    @Override
    public String messageId(ConsumerRecord<byte[], byte[]> queued) {
        if (filter == null) {
            return "";
        }
        Read last = ahead.peekLast();
        if (last == null || last.offset() < queued.offset()) {
            last = read(queued);
            ahead.add(last);
            return last.identity().messageId();
        }
        return readAhead(queued.offset());
    }

    /** Again, since the store was written meanwhile. */
    private String readAhead(long offset) {
        for (Read read : ahead) {
            if (read.offset() == offset) {
                return read.identity().messageId();
            }
        }
        return "";
    }

    private Read readBefore(ConsumerRecord<byte[], byte[]> input) {
        for (Read read = ahead.peekFirst(); read != null && read.offset() <= input.offset(); read = ahead.peekFirst()) {
            ahead.removeFirst();
            if (read.offset() == input.offset()) {
                return read;
            }
        }
        return read(input);
    }

    private Read read(ConsumerRecord<byte[], byte[]> input) {
        Headers headers = headers(input);
        byte[] payload = input.value() == null ? NOTHING : input.value();
        try {
            return new Read(input.offset(), headers, source.identify(input.key(), headers, payload), null);
        } catch (Poison unusable) {
            return new Read(input.offset(), headers, new Identity("", ""), failure(unusable));
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
        TrackingId first = TrackingId.of(plan.input().id(), input.partition(), input.offset(), input.timestamp());
        // Several pipelines may begin flows with one output of another: each names its own.
        TrackingId flow = TakenOver.causedBy(headers) == null
                ? first
                : first.in(plan.pipeline().name());
        return new FlowRecord(
                flow,
                identity.messageId(),
                identity.batchId(),
                input.key(),
                headers,
                payload,
                new Origin(
                        input.topic(),
                        input.partition(),
                        input.offset(),
                        input.leaderEpoch().orElse(-1)),
                Math.max(0, input.timestamp()),
                Leg.FIRST);
    }

    /** The record of a leg: of its flow, but here is where its id is held and its bytes are. */
    private FlowRecord record(
            ConsumerRecord<byte[], byte[]> input, Identity identity, Headers headers, byte[] payload, TakenOver leg) {
        FlowRecord own = record(input, identity, headers, payload);
        return new FlowRecord(
                leg.flow(),
                own.messageId(),
                leg.batchId().isEmpty() ? own.batchId() : leg.batchId(),
                own.key(),
                TakenOver.withoutContinuation(headers),
                payload,
                own.source(),
                leg.timestampMs(),
                leg.leg());
    }

    private OperatorFailure cycle(TakenOver leg) {
        return failure(Poison.because(
                "CONTINUATION_CYCLE",
                "expected that a flow passes a pipeline once, but it comes back to '%s' by way of %s",
                plan.pipeline().name(),
                leg.leg().before()));
    }

    private static Sighting sighting(FlowRecord record, long logTimeMs) {
        return new Sighting(
                record.messageId(),
                Sha256.of(record.payload()),
                record.flow(),
                record.source().topic(),
                record.source().partition(),
                record.source().offset(),
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
