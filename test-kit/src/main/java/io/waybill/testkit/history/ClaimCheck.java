package io.waybill.testkit.history;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.Sha256;
import io.waybill.format.Topics;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Claims;
import io.waybill.pipeline.Pipeline;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Utils;

/** The claims of a history: which record of each message id claimed first, and that each record claimed once, as it is. */
final class ClaimCheck {

    private static final int ID_BYTES = 16;
    private static final int HASH_BYTES = 16;

    private final Violations violations;
    private final Map<String, TrackingId> firsts = new HashMap<>();
    private final Map<TrackingId, List<String>> claims = new HashMap<>();
    private final int tasks;

    /** @param tasks of the stage of claims */
    private ClaimCheck(Violations violations, int tasks) {
        this.violations = violations;
        this.tasks = tasks;
    }

    /** @param tasks as many as the source has partitions */
    static ClaimCheck read(
            History.Content content, Topics topics, History.Names names, int tasks, Violations violations) {
        ClaimCheck check = new ClaimCheck(violations, tasks);
        for (ConsumerRecord<byte[], byte[]> record :
                content.committed(topics.stage(names.pipeline(), Pipeline.CLAIMS_STAGE))) {
            check.read(record);
        }
        return check;
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        Claims all = LogFormats.decode(Claims.parser(), record.value(), "claims");
        for (int n = 0; n < all.getMessageIdsCount(); n++) {
            String id = all.getMessageIds(n);
            ByteString flow = all.getTrackingIds().substring(n * ID_BYTES, (n + 1) * ID_BYTES);
            ByteString hash = all.getPayloadHashes().substring(n * HASH_BYTES, (n + 1) * HASH_BYTES);
            violations.expectEqual("task of claim " + id, task(id, tasks), record.partition());
            firsts.putIfAbsent(id, TrackingId.of(flow));
            claims.computeIfAbsent(TrackingId.of(flow), f -> new ArrayList<>())
                    .add(text(id, hash, all.getSourcePartitions(n), all.getSourceOffsets(n)));
        }
    }

    static int task(String id, int tasks) {
        return Utils.toPositive(Utils.murmur2(id.getBytes(StandardCharsets.UTF_8))) % tasks;
    }

    private static String text(String id, ByteString hash, int partition, long offset) {
        return "%s of %d@%d, payload %s"
                .formatted(id, partition, offset, HexFormat.of().formatHex(hash.toByteArray()));
    }

    /** Whether this record, which has this id, was the first with it. */
    boolean isFirst(String id, TrackingId flow, ConsumerRecord<byte[], byte[]> record) {
        ByteString hash = ByteString.copyFrom(Sha256.of(record.value()), 0, HASH_BYTES);
        violations.expectEqual(
                "claims of flow " + flow,
                List.of(text(id, hash, record.partition(), record.offset())),
                claims.getOrDefault(flow, List.of()));
        return flow.equals(firsts.get(id));
    }
}
