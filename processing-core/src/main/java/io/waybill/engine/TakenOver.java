package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.Continuation;
import io.waybill.format.v1.Emitter;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A source record with which a flow goes on in this pipeline. Anybody can write headers, so nothing is believed that does
 * not fit together: then the record begins a flow of its own, as any other.
 *
 * @param emitter who is told what becomes of the leg
 * @param timestampMs of the flow's first record
 */
record TakenOver(TrackingId flow, Leg leg, Emitter emitter, String label, String batchId, long timestampMs) {

    /** Null where no flow goes on here. */
    static @Nullable TakenOver of(Headers headers, StagePlan plan) {
        byte[] header = last(headers, HandedOn.HEADER);
        TrackingId flow = header == null ? null : causedBy(headers);
        return header == null || flow == null ? null : of(header, flow, headers, plan);
    }

    /** The flow that the record is an output of; null where it says nothing, or nothing that could be true. */
    static @Nullable TrackingId causedBy(Headers headers) {
        Optional<String> named = headers.text(OperatorChain.TRACKING_HEADER);
        if (named.isEmpty()) {
            return null;
        }
        try {
            return TrackingId.parse(named.get());
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private static @Nullable TakenOver of(byte[] header, TrackingId flow, Headers headers, StagePlan plan) {
        Continuation continuation;
        try {
            continuation = LogFormats.decode(Continuation.parser(), header, HandedOn.HEADER);
        } catch (UnreadableLogException malformed) {
            return null;
        }
        // The emitter's own record on this very topic: no copy from elsewhere, and no other output of the flow.
        boolean fits = continuation
                        .getTopicId()
                        .equals(CheckpointIds.bytes(plan.input().id()))
                && headers.text(KafkaSource.MESSAGE_ID_HEADER)
                        .filter(id -> id.startsWith(flow + "/"))
                        .isPresent()
                && !continuation.getCompletion().isEmpty()
                && continuation.getCompletionPartitions() > 0;
        if (!fits) {
            return null;
        }
        for (Continuation.Reader reader : continuation.getReadersList()) {
            if (reader.getPipeline().equals(plan.pipeline().name())) {
                return by(reader, continuation, flow, headers);
            }
        }
        return null;
    }

    private static TakenOver by(
            Continuation.Reader reader, Continuation continuation, TrackingId flow, Headers headers) {
        Leg emitters = Leg.of(continuation.getLeg());
        List<String> before = new ArrayList<>(emitters.before());
        before.add(continuation.getPipeline());
        Emitter emitter = Emitter.newBuilder()
                .setCompletion(continuation.getCompletion())
                .setCompletionPartitions(continuation.getCompletionPartitions())
                .addAllLeg(emitters.root().steps())
                .setEdgeId(reader.getEdgeId())
                .setHasDeadline(continuation.getHasDeadline())
                .build();
        PartPath root = new PartPath(continuation.getPathList()).child(reader.getNumber());
        return new TakenOver(
                flow,
                new Leg(root, before),
                emitter,
                continuation.getLabel(),
                continuation.getBatchId(),
                timestamp(headers));
    }

    private static long timestamp(Headers headers) {
        try {
            return headers.text(OperatorChain.TIMESTAMP_HEADER)
                    .map(Long::parseLong)
                    .orElse(0L);
        } catch (NumberFormatException malformed) {
            return 0;
        }
    }

    /** What the sender said, without what Waybill says to itself. */
    static Headers withoutContinuation(Headers headers) {
        return new Headers(headers.all().stream()
                .filter(header -> !header.name().equals(HandedOn.HEADER))
                .toList());
    }

    private static byte @Nullable [] last(Headers headers, String name) {
        byte[] value = null;
        for (Headers.Header header : headers.all()) {
            if (header.name().equals(name)) {
                value = header.value();
            }
        }
        return value;
    }
}
