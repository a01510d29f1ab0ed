package io.waybill.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.SinkScope;
import io.waybill.sink.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What the engine does with a sink, on a disk that dies: a record of what is committed that never errs, lives that fence,
 * resolve, compare and go on, and a reader who looks between any two steps.
 */
final class Rehearsal {

    static final Duration PATIENCE = Duration.ofSeconds(1);
    static final Duration BUDGET = Duration.ofSeconds(60);
    static final Path FOLDER = Path.of("/data/rows");
    static final int PARTITIONS = 2;
    private static final int ROWS = 2;

    final SinkScope scope = new SinkScope("group", "rows");
    final SimDisk disk;
    final FileSink<String> sink;
    private final Set<String> record = new HashSet<>();
    private final Map<Integer, Long> marker = new HashMap<>();
    private final long rows;
    private int lives;

    /** @param rolling null for a file for each handle */
    Rehearsal(long seed, boolean rolling, long rows) {
        this.disk = new SimDisk(new Random(seed));
        this.rows = rows;
        disk.make(FOLDER);
        FileSink<String> plain = new FileSink<>(FOLDER, text -> text.getBytes(StandardCharsets.UTF_8), disk, disk);
        this.sink = rolling ? plain.rollingAt(60).rollingEvery(Duration.ofMillis(200)) : plain;
        disk.onStep(this::look);
    }

    Life life() {
        return new Life();
    }

    /** One participant with its epochs. */
    final class Life {
        final Participant participant = sink.open(scope);
        private final UUID id = new UUID(7, ++lives);
        private final int number = lives;
        private final Map<Integer, Long> epochs = new HashMap<>();
        private long sequence;

        /** Fences every partition and resolves what others left, as the engine does before a task runs. */
        Life open() {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                open(partition);
            }
            return this;
        }

        private void open(int partition) {
            for (int i = 0; i < 10; i++) {
                Fence fence = participant.raise(partition, PATIENCE);
                boolean found = false;
                for (Prepared prepared : participant.prepared()) {
                    if (prepared.handle().concerns(partition)) {
                        found = true;
                        resolve(prepared.handle());
                    }
                }
                if (!found && fence instanceof Fence.Raised raised) {
                    assertThat(raised.next()).isEqualTo(marker.getOrDefault(partition, Fence.NOTHING));
                    epochs.put(partition, raised.epoch());
                    return;
                }
            }
            throw new AssertionError("partition " + partition + " stays parked");
        }

        private void resolve(Handle handle) {
            if (record.contains(handle.text())) {
                commit(handle);
            } else {
                participant.abort(handle);
            }
        }

        Handle prepare() {
            Handle handle = Handle.of(scope, id, ++sequence, Set.of(0, 1));
            List<Claim> claims = new ArrayList<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                long next = Math.max(0, marker.getOrDefault(partition, 0L));
                for (int i = 0; i < ROWS; i++) {
                    write(partition, "%d:%d:%d.%d".formatted(partition, next++, number, sequence));
                }
                claims.add(new Claim(partition, epochs.getOrDefault(partition, 0L), next));
            }
            participant.prepare(handle, claims, BUDGET);
            return handle;
        }

        private void write(int partition, String row) {
            try {
                participant.write(partition, sink.bind(row));
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        }

        /** The checkpoint of what was prepared last is on the log. */
        void decide(Handle handle) {
            record.add(handle.text());
            for (int partition = 0; partition < PARTITIONS; partition++) {
                marker.merge(partition, (long) ROWS, Long::sum);
            }
        }

        void commit(Handle handle) {
            assertThat(participant.commit(handle))
                    .isInstanceOfAny(Verdict.Committed.class, Verdict.AlreadyCommitted.class);
        }

        void checkpoint() {
            Handle handle = prepare();
            decide(handle);
            commit(handle);
        }

        void finish() {
            while (marker.getOrDefault(0, 0L) < rows) {
                checkpoint();
            }
            participant.close();
        }
    }

    /** All that was committed is there once and in order, and nothing else. */
    void requireAllRows() {
        life().open().participant.close();
        disk.advance(Duration.ofMinutes(10).toMillis());
        try (Participant janitor = sink.open(scope)) {
            assertThat(janitor.prepared()).isEmpty();
        }
        List<String> visible = visible();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            String own = partition + ":";
            assertThat(visible.stream().filter(row -> row.startsWith(own)).map(Rehearsal::place))
                    .containsExactlyElementsOf(IntStream.range(0, (int) rows)
                            .mapToObj(offset -> own + offset)
                            .toList());
        }
        Path hidden = FOLDER.resolve(".waybill").resolve(scope.tag());
        assertThat(disk.names(hidden.resolve("rolling"))).isEmpty();
        assertThat(disk.names(hidden.resolve("fence"))).hasSize(2 * PARTITIONS);
    }

    private static String place(String row) {
        return row.substring(0, row.lastIndexOf(':'));
    }

    List<String> visible() {
        List<String> visible = new ArrayList<>();
        for (String name : disk.names(FOLDER)) {
            if (disk.isFile(FOLDER.resolve(name))) {
                String text = disk.text(FOLDER.resolve(name));
                assertThat(text).endsWith("\n");
                visible.addAll(text.lines().toList());
            }
        }
        return visible;
    }

    /** A reader sees no half of a handle, no row twice, and none that the record does not hold. */
    private void look() {
        List<String> visible = visible();
        assertThat(visible.stream().map(Rehearsal::place)).doesNotHaveDuplicates();
        Map<String, Integer> handles = new HashMap<>();
        visible.forEach(row -> handles.merge(row.substring(row.lastIndexOf(':') + 1), 1, Integer::sum));
        handles.forEach((handle, count) -> {
            assertThat(count).as(handle).isEqualTo(PARTITIONS * ROWS);
            String[] named = handle.split("\\.", -1);
            Handle full =
                    Handle.of(scope, new UUID(7, Long.parseLong(named[0])), Long.parseLong(named[1]), Set.of(0, 1));
            assertThat(record).contains(full.text());
        });
    }
}
