package io.waybill.engine;

import com.google.protobuf.UnsafeByteOperations;
import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.ClaimedRecord;
import io.waybill.format.v1.Verdict;
import io.waybill.format.v1.WaitingRow;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource.Identity;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** The rows of records that wait for their verdicts, and of verdicts that wait for their records' turns. */
final class ClaimedRecords {

    /** By offset: verdicts of records that have not had their turn since. */
    static final String VERDICTS = "verdict";

    private static final byte[] FIRST =
            LogFormats.encode(Verdict.newBuilder().setKind(Verdict.Kind.FIRST).build());

    private ClaimedRecords() {}

    static WaitingRow row(
            ConsumerRecord<byte[], byte[]> input, Headers headers, byte[] payload, Identity as, Instant now) {
        ClaimedRecord.Builder claimed = ClaimedRecord.newBuilder()
                .setOffset(input.offset())
                .setLeaderEpoch(input.leaderEpoch().orElse(-1))
                .setTimestampMs(input.timestamp())
                .addAllHeaders(DeadLetterEvents.toProto(headers))
                .setPayload(UnsafeByteOperations.unsafeWrap(payload))
                .setMessageId(as.messageId())
                .setBatchId(as.batchId());
        WaitingRow.Builder row = WaitingRow.newBuilder()
                .setSinceMs(now.toEpochMilli())
                .setClaimed(claimed)
                .setHasKey(input.key() != null);
        if (input.key() != null) {
            row.setKey(UnsafeByteOperations.unsafeWrap(input.key()));
        }
        return row.build();
    }

    /** As it was read. */
    static ConsumerRecord<byte[], byte[]> input(WaitingRow row, String topic, int partition) {
        ClaimedRecord claimed = row.getClaimed();
        byte[] key = WaitingRecords.key(row);
        byte[] payload = claimed.getPayload().toByteArray();
        RecordHeaders headers = new RecordHeaders();
        claimed.getHeadersList()
                .forEach(header -> headers.add(
                        header.getKey(), header.hasValue() ? header.getValue().toByteArray() : null));
        return new ConsumerRecord<>(
                topic,
                partition,
                claimed.getOffset(),
                claimed.getTimestampMs(),
                TimestampType.CREATE_TIME,
                key == null ? ConsumerRecord.NULL_SIZE : key.length,
                payload.length,
                key,
                payload,
                headers,
                claimed.getLeaderEpoch() < 0 ? Optional.empty() : Optional.of(claimed.getLeaderEpoch()));
    }

    static byte[] first() {
        return FIRST;
    }

    static byte[] key(long offset) {
        return ByteBuffer.allocate(Long.BYTES).putLong(offset).array();
    }

    /** Of a record whose turn it is. */
    static DuplicateFilter.Verdict verdict(long offset, String topic, TaskState state) {
        byte[] row = state.get(VERDICTS, key(offset));
        if (row == null) {
            throw TaskHaltedException.stateDamaged(
                    "record %s@%d has its turn, but no verdict says whether it is a duplicate"
                            .formatted(topic, offset));
        }
        Verdict verdict = LogFormats.decode(Verdict.parser(), row, "verdict on " + topic + "@" + offset);
        return switch (verdict.getKind()) {
            case FIRST -> new DuplicateFilter.Verdict.First();
            case DUPLICATE ->
                new DuplicateFilter.Verdict.Duplicate(
                        TrackingId.of(verdict.getFirstTrackingId()),
                        topic,
                        verdict.getFirstPartition(),
                        verdict.getFirstOffset());
            case CONFLICT ->
                new DuplicateFilter.Verdict.Conflict(
                        TrackingId.of(verdict.getFirstTrackingId()),
                        topic,
                        verdict.getFirstPartition(),
                        verdict.getFirstOffset());
            case KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw TaskHaltedException.stateDamaged(
                        "this version does not know the verdict on record %s@%d".formatted(topic, offset));
        };
    }
}
