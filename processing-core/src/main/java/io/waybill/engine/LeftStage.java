package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.Marker;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogReader;
import io.waybill.pipeline.StateChange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What one stage that is no more has left on the log: read whole, once, by the one thread that starts the pipeline. */
final class LeftStage {

    private static final Duration STEP = Duration.ofMillis(100);
    /** So many steps without a record: somebody still writes in a transaction. */
    private static final int MOST_IDLE_STEPS = 100;

    private static final int MOST_ROWS = 1_000_000;
    private static final Set<String> WAITING =
            Set.of(Rows.DEAD_LETTERS, Rows.FLOWS, RegisteredTimer.TIMERS, WaitingRoom.COLUMN);

    private final String stage;
    private final LogReader reader;
    private final @Nullable TopicDescription input;
    private final @Nullable TopicDescription changelog;
    private final Map<String, Set<RowKey>> rows = new HashMap<>();
    private final Set<String> states = new TreeSet<>();
    private final Map<Integer, Long> readUpTo = new TreeMap<>();
    private long unread;

    LeftStage(String stage, LogReader reader, @Nullable TopicDescription input, @Nullable TopicDescription changelog) {
        this.stage = stage;
        this.reader = reader;
        this.input = input;
        this.changelog = changelog;
    }

    /** @return a sentence for each kind of thing, with what to do about it */
    List<String> whatWaits(Map<String, StateChange> changes) {
        List<String> problems = new ArrayList<>();
        if (changelog != null && !read(changelog, Map.of(), this::row)) {
            problems.add(said("is still written to: stop the earlier version first"));
            return problems;
        }
        if (input != null && !read(input, readUpTo, record -> unread++)) {
            problems.add(said("is still written to: stop the earlier version first"));
        }
        if (unread > 0) {
            problems.add(said("has %d records that nobody has read: run the earlier version until it has read them"
                    .formatted(unread)));
        }
        addRows(problems, Rows.DEAD_LETTERS, "open dead letters: replay or discard them in the earlier version");
        addRows(problems, WaitingRoom.COLUMN, "records that wait: run the earlier version until they have their end");
        addRows(problems, Rows.FLOWS, "flows that are not terminal: let the earlier version finish them");
        addTimers(problems, changes);
        for (String state : states) {
            if (!(changes.get(state) instanceof StateChange.Drop)) {
                problems.add(said("keeps state '%s': give it up by .dropState(\"%s\")".formatted(state, state)));
            }
        }
        return problems;
    }

    private void addRows(List<String> problems, String column, String what) {
        int count = rows.getOrDefault(column, Set.of()).size();
        if (count > 0) {
            problems.add(said("has %d %s".formatted(count, what)));
        }
    }

    private void addTimers(List<String> problems, Map<String, StateChange> changes) {
        Map<String, Integer> byOperator = new TreeMap<>();
        for (RowKey timer : rows.getOrDefault(RegisteredTimer.TIMERS, Set.of())) {
            byOperator.merge(RegisteredTimer.of(timer.bytes()).operator(), 1, Integer::sum);
        }
        byOperator.forEach((operator, count) -> {
            String name = StateCatalog.name(operator, Timers.DROPPED_AS);
            if (!(changes.get(name) instanceof StateChange.Drop)) {
                problems.add(said(
                        "has %d timers that have not fired: let the earlier version fire them, or give them up by .dropState(\"%s\")"
                                .formatted(count, name)));
            }
        });
    }

    private String said(String what) {
        return "STAGE_LEFT: this version has no stage '%s', but that of an earlier one %s".formatted(stage, what);
    }

    /** @return false where the end cannot be reached */
    private boolean read(
            TopicDescription topic, Map<Integer, Long> from, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Set<TopicPartition> all = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .collect(Collectors.toSet());
        reader.assign(all);
        Map<TopicPartition, Long> beginnings = reader.beginningOffsets(all);
        Map<TopicPartition, Long> ends = reader.highWatermarks(all);
        all.forEach(partition -> reader.seek(
                partition,
                Math.max(beginnings.getOrDefault(partition, 0L), from.getOrDefault(partition.partition(), 0L))));
        int idle = 0;
        while (all.stream().anyMatch(partition -> reader.position(partition) < ends.getOrDefault(partition, 0L))) {
            List<ConsumerRecord<byte[], byte[]>> records = reader.poll(STEP);
            records.forEach(each);
            idle = records.isEmpty() ? idle + 1 : 0;
            if (idle == MOST_IDLE_STEPS) {
                return false;
            }
        }
        return true;
    }

    private void row(ConsumerRecord<byte[], byte[]> record) {
        String column = ChangelogKeys.column(record.key());
        RowKey key = new RowKey(ChangelogKeys.key(record.key()));
        if (column.equals(Rows.MARKER) && record.value() != null) {
            Marker marker = LogFormats.decode(Marker.parser(), record.value(), "marker of " + stage);
            readUpTo.put(record.partition(), marker.getNext(0).getNextOffset());
        } else if (column.equals(StateCatalog.STATES)) {
            String state = new String(key.bytes(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                states.remove(state);
            } else {
                states.add(state);
            }
        } else if (WAITING.contains(column)) {
            waiting(rows.computeIfAbsent(column, c -> new HashSet<>()), key, record.value() != null);
        }
    }

    private static void waiting(Set<RowKey> waiting, RowKey key, boolean there) {
        if (!there) {
            waiting.remove(key);
        } else if (waiting.size() < MOST_ROWS) {
            waiting.add(key);
        }
    }
}
