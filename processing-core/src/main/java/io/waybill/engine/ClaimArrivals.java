package io.waybill.engine;

import com.google.protobuf.ByteString;
import io.waybill.engine.DuplicateFilter.Sighting;
import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.Claims;
import io.waybill.format.v1.FlowEnd;
import io.waybill.format.v1.Verdict;
import io.waybill.pipeline.Deduplicate;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Judges claims in the stage that is keyed by message id: the first of an id is the one whose claim stands first in the
 * log. What is judged is the claim only; the record waits in its own task.
 */
final class ClaimArrivals implements Arrivals {

    private static final byte[] NOTHING = {};
    private static final int TRACKING_ID_BYTES = 16;

    private final StagePlan plan;
    private final DuplicateFilter filter;
    private final long apartMs;

    ClaimArrivals(StagePlan plan, @Nullable DuplicateFilter filter) {
        this.plan = plan;
        this.filter = Objects.requireNonNull(filter);
        Deduplicate choice = Objects.requireNonNull(plan.pipeline().deduplicate());
        this.apartMs = choice.kept().minus(choice.window()).toMillis();
    }

    @Override
    public Work take(ConsumerRecord<byte[], byte[]> input, StateLayer state, long logTimeMs, Instant now) {
        String what = input.topic() + "-" + input.partition() + "@" + input.offset();
        byte[] value = input.value() == null ? NOTHING : input.value();
        Claims claims = LogFormats.decode(Claims.parser(), value, what);
        int count = claims.getMessageIdsCount();
        if (claims.getTrackingIds().size() != count * TRACKING_ID_BYTES
                || claims.getPayloadHashes().size() != count * ClaimEntries.HASH_BYTES
                || claims.getSourcePartitionsCount() != count
                || claims.getSourceOffsetsCount() != count
                || claims.getLogTimesMsCount() != count) {
            throw UnreadableLogException.malformed(what, "its columns are not of one length");
        }
        Effects effects = new Effects();
        for (int n = 0; n < count; n++) {
            effects.verdict(new Effects.Judged(claims.getSourcePartitions(n), verdict(claims, n, state)));
        }
        for (FlowEnd end : claims.getEndedList()) {
            filter.release(state, end.getMessageId(), TrackingId.of(end.getTrackingId()), logTimeMs);
        }
        return new Work.Done(effects, state);
    }

    private Verdict verdict(Claims claims, int n, StateLayer state) {
        SourcePlace place = new SourcePlace(claims.getSourcePartitions(n), claims.getSourceOffsets(n));
        Verdict.Builder verdict = Verdict.newBuilder().setOffset(place.offset());
        return switch (filter.accept(state, sighting(claims, n, place))) {
            case DuplicateFilter.Verdict.First first ->
                verdict.setKind(Verdict.Kind.FIRST).build();
            case DuplicateFilter.Verdict.Duplicate of -> of(verdict, Verdict.Kind.DUPLICATE, of.first(), of.offset());
            case DuplicateFilter.Verdict.Conflict with ->
                of(verdict, Verdict.Kind.CONFLICT, with.first(), with.offset());
        };
    }

    private static Verdict of(Verdict.Builder verdict, Verdict.Kind kind, TrackingId first, long number) {
        SourcePlace place = SourcePlace.of(number);
        return verdict.setKind(kind)
                .setFirstTrackingId(first.toByteString())
                .setFirstPartition(place.partition())
                .setFirstOffset(place.offset())
                .build();
    }

    /** Windows count in the log time of the record's own task, however far others are; ids are kept for longer by so much. */
    private Sighting sighting(Claims claims, int n, SourcePlace place) {
        return new Sighting(
                claims.getMessageIds(n),
                column(claims.getPayloadHashes(), n, ClaimEntries.HASH_BYTES).toByteArray(),
                TrackingId.of(column(claims.getTrackingIds(), n, TRACKING_ID_BYTES)),
                plan.pipeline().source().topic(),
                place.partition(),
                place.number(),
                claims.getLogTimesMs(n) + apartMs);
    }

    private static ByteString column(ByteString all, int n, int width) {
        return all.substring(n * width, (n + 1) * width);
    }
}
