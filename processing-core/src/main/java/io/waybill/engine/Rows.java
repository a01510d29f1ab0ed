package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.DeadLetterRow;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.Marker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The engine's own rows in a task's state: flows and dead letters that are not terminal, and the marker. */
final class Rows {

    static final String FLOWS = "flow";
    static final String DEAD_LETTERS = "dead-letter";
    static final String MARKER = "marker";
    static final byte[] MARKER_KEY = {0};

    private static final byte[] MARKER_ON_CHANGELOG = ChangelogKeys.encode(MARKER, MARKER_KEY);

    private Rows() {}

    static @Nullable FlowRow flow(TaskState state, TrackingId id, PartPath leg) {
        byte[] bytes = state.get(FLOWS, key(id, leg));
        return bytes == null ? null : LogFormats.decode(FlowRow.parser(), bytes, "flow row " + id);
    }

    /** As of the last checkpoint. */
    static @Nullable FlowRow committedFlow(TaskState state, TrackingId id) {
        byte[] bytes = state.getCommitted(FLOWS, key(id, PartPath.ROOT));
        return bytes == null ? null : LogFormats.decode(FlowRow.parser(), bytes, "flow row " + id);
    }

    static void put(TaskState state, TrackingId id, PartPath leg, FlowRow row) {
        state.put(FLOWS, key(id, leg), LogFormats.encode(row));
    }

    static void deleteFlow(TaskState state, TrackingId id, PartPath leg) {
        state.delete(FLOWS, key(id, leg));
    }

    private static byte[] key(TrackingId id, PartPath leg) {
        byte[] flow = id.toBytes();
        if (leg.isRoot()) {
            return flow;
        }
        ByteBuffer key = ByteBuffer.allocate(
                        flow.length + Integer.BYTES * leg.steps().size())
                .put(flow);
        leg.steps().forEach(key::putInt);
        return key.array();
    }

    static @Nullable DeadLetterRow deadLetter(TaskState state, String id) {
        byte[] bytes = state.get(DEAD_LETTERS, key(id));
        return bytes == null ? null : LogFormats.decode(DeadLetterRow.parser(), bytes, "dead letter row " + id);
    }

    static void put(TaskState state, String id, DeadLetterRow row) {
        state.put(DEAD_LETTERS, key(id), LogFormats.encode(row));
    }

    static void deleteDeadLetter(TaskState state, String id) {
        state.delete(DEAD_LETTERS, key(id));
    }

    static @Nullable Marker marker(TaskState state) {
        byte[] bytes = state.get(MARKER, MARKER_KEY);
        return bytes == null ? null : marker(bytes);
    }

    static Marker marker(byte[] value) {
        return LogFormats.decode(Marker.parser(), value, "marker");
    }

    /** @param changelogKey of a record on the changelog */
    static boolean isMarker(byte[] changelogKey) {
        return Arrays.equals(changelogKey, MARKER_ON_CHANGELOG);
    }

    private static byte[] key(String id) {
        return id.getBytes(StandardCharsets.UTF_8);
    }
}
