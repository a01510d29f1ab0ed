package io.waybill.testkit.flaw;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.Marker;
import io.waybill.format.v1.Position;
import io.waybill.store.LocalFiles;
import io.waybill.store.LocalStore;
import io.waybill.store.LocalStores;
import io.waybill.store.StorePosition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Flaws of what is kept beside the log. */
public record FlawedStores(FlawedLog log, LocalStores stores) implements LocalStores {

    private static final String MARKER = "marker";
    /** A position that a store without flaws does not have. */
    private static final String CLAIMED_OF_IDS = "ids";

    private static final byte[] WRITTEN = {1};
    private static final byte[] MARKER_PREFIX = "marker\0".getBytes(StandardCharsets.UTF_8);

    static boolean isMarker(FlawedLog log, ConsumerRecord<byte[], byte[]> record) {
        return log.isChangelog(record.topic())
                && record.key().length >= MARKER_PREFIX.length
                && Arrays.equals(Arrays.copyOf(record.key(), MARKER_PREFIX.length), MARKER_PREFIX);
    }

    static @Nullable Long claimedOfIds(LocalStore store) {
        StorePosition claimed = store.positions().get(CLAIMED_OF_IDS);
        return claimed == null ? null : claimed.nextOffset();
    }

    @Override
    public LocalStore open(TaskId task) {
        return new Store(log, new FlawedRoom(log), new FlawedClaims(log), stores.open(task), task.partition());
    }

    @Override
    public void wipe(TaskId task) {
        stores.wipe(task);
    }

    @Override
    public void close() {
        stores.close();
    }

    private record Store(FlawedLog log, FlawedRoom room, FlawedClaims claims, LocalStore store, int partition)
            implements LocalStore {

        @Override
        public byte @Nullable [] get(String column, byte[] key) {
            byte[] value = store.get(column, room.trueKey(column, key));
            if (log.has(Flaw.OLD_STORE_TRUSTED) && column.equals(MARKER) && Arrays.equals(key, WRITTEN)) {
                return null;
            }
            boolean trusting = log.has(Flaw.ANY_OFFSET_TRUSTED) && column.equals(MARKER);
            return trusting && value != null ? trusting(value) : value;
        }

        /** A marker that agrees with the group's offset, whatever that is. */
        private byte[] trusting(byte[] value) {
            Marker marker = LogFormats.decode(Marker.parser(), value, MARKER);
            Position input = marker.getNext(0);
            Long offset = log.trustedOffsets().get(new TopicPartition(input.getTopic(), input.getPartition()));
            return offset == null
                    ? value
                    : LogFormats.encode(marker.toBuilder()
                            .setNext(0, input.toBuilder().setNextOffset(offset))
                            .build());
        }

        @Override
        public List<byte @Nullable []> multiGet(String column, List<byte[]> keys) {
            return store.multiGet(column, keys);
        }

        @Override
        public List<Entry> scan(String column, byte[] from, byte @Nullable [] to, int limit) {
            if (log.has(Flaw.DEADLINES_NOT_RESTORED) && column.equals(FlawedFlows.DEADLINES)) {
                return List.of();
            }
            return room.shown(column, store.scan(column, room.trueKey(column, from), to, limit));
        }

        @Override
        public void apply(List<Change> changes, Map<String, StorePosition> positions) {
            List<Change> applied = new ArrayList<>(changes);
            applied.replaceAll(change -> claims.applied(room.applied(change)));
            applied.removeIf(Objects::isNull);
            applied.replaceAll(change -> FlawedFlows.applied(log, change));
            applied.removeIf(change -> FlawedFlows.isKept(log, change));
            if (log.has(Flaw.MARKER_NOT_KEPT)) {
                applied.removeIf(change -> change.column().equals(MARKER));
            }
            store.apply(applied, log.has(Flaw.ONE_POSITION_FOR_BOTH_LOGS) ? withIds(positions) : positions);
        }

        private Map<String, StorePosition> withIds(Map<String, StorePosition> positions) {
            Map<String, StorePosition> all = new HashMap<>(positions);
            positions.forEach((topic, position) -> {
                if (log.isChangelog(topic)) {
                    all.put(CLAIMED_OF_IDS, atEnd(FlawedLog.idsBeside(topic), position));
                }
            });
            return all;
        }

        private StorePosition atEnd(String topic, StorePosition position) {
            long end = log.simulated().end(new TopicPartition(topic, partition));
            return new StorePosition(position.topicId(), position.leaderEpoch(), end);
        }

        @Override
        public Map<String, StorePosition> positions() {
            Map<String, StorePosition> positions = new HashMap<>(store.positions());
            if (log.has(Flaw.LOST_RECORDS_UNNOTICED)) {
                positions.replaceAll((topic, position) -> {
                    StorePosition end = atEnd(topic, position);
                    return end.nextOffset() < position.nextOffset() ? end : position;
                });
                return withIds(positions);
            }
            return positions;
        }

        @Override
        public LocalFiles files() {
            return store.files();
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
