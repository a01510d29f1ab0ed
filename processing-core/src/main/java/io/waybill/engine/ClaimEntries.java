package io.waybill.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.Claims;
import io.waybill.format.v1.FlowEnd;
import io.waybill.log.LogAdmin.TopicDescription;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What one checkpoint tells one task of the stage of claims, while it grows. */
final class ClaimEntries implements Packed.Block<ClaimEntry> {

    static final int HASH_BYTES = 16;

    private final TopicDescription to;
    private final Claims.Builder claims;
    private final ByteArrayOutputStream flows = new ByteArrayOutputStream();
    private final ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    private int bytes;
    private long latestMs;

    ClaimEntries(TopicDescription to, CheckpointId checkpoint) {
        this.to = to;
        this.claims = Claims.newBuilder().setCheckpoint(checkpoint);
    }

    /** Of the task that judges this id. */
    static int partition(String messageId, TopicDescription claims) {
        return Forward.partition(messageId.getBytes(StandardCharsets.UTF_8), claims.partitions());
    }

    @Override
    public void add(ClaimEntry entry) {
        bytes += entry.size();
        switch (entry) {
            case ClaimEntry.Claim claim -> {
                claims.addMessageIds(claim.messageId())
                        .addSourcePartitions(claim.partition())
                        .addSourceOffsets(claim.offset())
                        .addLogTimesMs(claim.logTimeMs());
                flows.writeBytes(claim.flow().toBytes());
                hashes.write(claim.payloadHash(), 0, HASH_BYTES);
                latestMs = Math.max(latestMs, claim.logTimeMs());
            }
            case ClaimEntry.Ended ended ->
                claims.addEnded(FlowEnd.newBuilder()
                        .setTrackingId(ended.flow().toByteString())
                        .setMessageId(ended.messageId()));
        }
    }

    @Override
    public int bytes() {
        return bytes;
    }

    /** Its time is the latest of its claims': the log time of the stage is that of the source. */
    @Override
    public ProducerRecord<byte[], byte[]> record(int partition, int chunk) {
        Claims all = claims.setTrackingIds(bytes(flows))
                .setPayloadHashes(bytes(hashes))
                .build();
        return new ProducerRecord<>(to.name(), partition, latestMs, null, LogFormats.encode(all));
    }

    private static ByteString bytes(ByteArrayOutputStream column) {
        return UnsafeByteOperations.unsafeWrap(column.toByteArray());
    }
}
