package io.waybill.engine;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a task has come in what its earlier owners may have held. Counted for each of its readers: orders and timers
 * go before its input, and new ones come in each life.
 */
final class Stretch {

    private static final String TIMERS = "";
    private static final long NO_END = Long.MAX_VALUE;
    private static final int MANY = 100;

    private static final class Way {
        private long next;
        private long end = NO_END;
        private int records;
        private int units;

        /** Timers have no end, nor do readers where no owner ended. */
        boolean isDone() {
            return end == NO_END || next >= end;
        }
    }

    private final Map<String, Way> ways = new HashMap<>();
    private Way current = new Way();
    private long before;
    private int records;
    private int units;

    /** @param ends what lies behind was read by no earlier owner */
    Stretch(Map<TopicPartition, Long> ends) {
        ends.forEach((reader, end) -> way(reader.topic()).end = end);
    }

    private Way way(String topic) {
        return ways.computeIfAbsent(topic, name -> new Way());
    }

    void resumesAt(Map<String, Long> positions) {
        positions.forEach((topic, position) -> way(topic).next = position);
    }

    void takes(ConsumerRecord<byte[], byte[]> record) {
        current = way(record.topic());
        before = current.next;
        current.next = record.offset() + 1;
        count(1);
    }

    void takesTimer() {
        current = way(TIMERS);
        before = current.next;
        count(1);
    }

    private void count(int more) {
        current.records += more;
        records += more;
        runs(more);
    }

    /** So many more units of what was taken. */
    void runs(int more) {
        current.units += more;
        units += more;
    }

    /** What was taken last, with its units. */
    void putBack(int its) {
        count(-1);
        runs(1 - its);
        current.next = before;
    }

    /** Whether no earlier owner has read this record, nor anything that this one has not. */
    boolean isBehind(ConsumerRecord<byte[], byte[]> record) {
        Way its = way(record.topic());
        return its.end != NO_END
                && record.offset() >= its.end
                && ways.values().stream().allMatch(way -> way == its || way.isDone());
    }

    /** Whether so many records of each reader were taken, or all there were. Very many of one stand for the others. */
    boolean hasRecords(int enough) {
        return records >= MANY * enough
                || (records >= enough && ways.values().stream().allMatch(way -> way.isDone() || way.records >= enough));
    }

    /** The same of units. */
    boolean hasUnits(int enough) {
        return units >= MANY * enough
                || (units >= enough && ways.values().stream().allMatch(way -> way.isDone() || way.units >= enough));
    }
}
