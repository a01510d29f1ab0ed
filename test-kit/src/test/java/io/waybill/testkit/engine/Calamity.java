package io.waybill.testkit.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.Incident;
import io.waybill.format.v1.Marker;
import io.waybill.format.v1.SinkPosition;
import io.waybill.log.LogWriter;
import io.waybill.pipeline.Pipeline;
import io.waybill.sink.Fence;
import io.waybill.sink.SinkScope;
import io.waybill.store.LocalStores.TaskId;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.Machine;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.sink.SimSink;
import io.waybill.testkit.sink.SimTable;
import io.waybill.testkit.store.SimStores;
import io.waybill.testkit.store.Table;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What no engine can mend, done to a history at rest: the tasks concerned halt and say why, the others go on (R9). */
final class Calamity {

    private static final Duration LIMIT = Duration.ofHours(2);
    /** Changelogs are created to keep deletions for 60 days. */
    private static final Duration ABSENCE = Duration.ofDays(70);

    private static final Duration WHILE = Duration.ofMinutes(3);
    private static final String COUNT_CHANGED = "PARTITION_COUNT_CHANGED";
    private static final String SINK_DISAGREES = "SINK_DISAGREES";
    private static final SinkScope LEDGER =
            new SinkScope(SimulatedEngine.TOPICS.group(Workload.PIPELINE), Workload.LEDGER);
    private static final Set<String> LOST =
            Set.of("POSITION_LOST", "STORE_AHEAD", "POSITIONS_DISAGREE", "STATE_DAMAGED");
    /** By what is lost of a changelog, where a two-phase sink has rows of it (R5). */
    private static final Set<String> LOST_BEHIND_ROWS =
            Set.of("POSITION_LOST", "STORE_AHEAD", "POSITIONS_DISAGREE", "STATE_DAMAGED", SINK_DISAGREES);

    private final Simulation simulation;
    private final SimLog log;
    private final RandomGenerator random;
    private final Shape shape;
    private final Map<Machine, SimStores> disks;
    private final Predicate<String> endsOwners;
    private final Set<Machine> machines;
    private final SimSink ledger;
    private final SimTable table;
    private final Map<SimStores, Map<String, Table>> images = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();

    /** @param endsOwners whether a record of this payload ended an owner by itself */
    Calamity(
            Simulation simulation,
            SimLog log,
            RandomGenerator random,
            Shape shape,
            Map<Machine, SimStores> disks,
            SimSink ledger,
            SimTable table,
            Predicate<String> endsOwners) {
        this.simulation = simulation;
        this.log = log;
        this.random = random;
        this.shape = shape;
        this.disks = disks;
        this.endsOwners = endsOwners;
        this.machines = disks.keySet();
        this.ledger = ledger;
        this.table = table;
    }

    /** Remembers the disks as they are at some moment of the history, for those who come back with them. */
    void photograph() {
        Duration moment = Duration.ofMillis(random.nextInt(90_000));
        simulation.start("photographer", () -> {
            simulation.await(moment, () -> false);
            disks.values().forEach(disk -> images.put(disk, disk.image()));
        });
    }

    /** One of them, or none. @return what was wrong with how it was taken */
    List<String> strike() {
        switch (random.nextInt(12)) {
            case 0 -> growsWhileRunning();
            case 1 -> growsWhileDown();
            case 2 -> loses(Workload.SOURCE, Pipeline.SOURCE_STAGE);
            case 3 -> {
                String stage = shape.countingStage();
                loses(SimulatedEngine.TOPICS.changelog(Workload.PIPELINE, stage), stage);
            }
            case 4 -> oldDisksReturn();
            case 5 -> sinkIsRestored();
            case 6, 7, 8 -> tableIsRestored();
            default -> {
                // Most histories end in peace.
            }
        }
        return violations;
    }

    /** Keys would be torn apart: the source's tasks halt, and nothing of the grown topic runs any more. */
    private void growsWhileRunning() {
        int before = outcomes();
        int said = incidents().size();
        int partitions = grow();
        simulation.runUntil(this::isQuiet, LIMIT);
        sendAFew();
        simulation.runUntil(this::isQuiet, LIMIT);
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < partitions; i++) {
            expected.add(Pipeline.SOURCE_STAGE + "/" + i);
        }
        Set<String> halted = halted(said, Set.of(COUNT_CHANGED));
        if (!halted.equals(expected)) {
            violations.add(
                    "the source grew while running: expected %s to halt, but %s did".formatted(expected, halted));
        }
        nothingRan(before, "the source grew while running");
    }

    /** The pipeline refuses to start. */
    private void growsWhileDown() {
        int before = outcomes();
        int deaths = simulation.deaths().size();
        machines.forEach(simulation::crash);
        grow();
        sendAFew();
        Instant end = simulation.now().plus(WHILE);
        simulation.runUntil(() -> !simulation.now().isBefore(end), LIMIT);
        List<Throwable> since =
                simulation.deaths().subList(deaths, simulation.deaths().size());
        if (since.isEmpty()
                || !since.stream()
                        .allMatch(death -> String.valueOf(death.getMessage()).contains(COUNT_CHANGED))) {
            violations.add("the source grew while nobody ran: expected no start, but threads died of " + since);
        }
        nothingRan(before, "the source grew while nobody ran");
    }

    private int grow() {
        int partitions = EngineHistory.PARTITIONS + random.nextInt(1, 4);
        log.grow(Workload.SOURCE, partitions);
        return partitions;
    }

    private void sendAFew() {
        try (LogWriter writer = log.writer()) {
            for (int i = 0; i < 8; i++) {
                String key = "key-" + i;
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(Workload.SOURCE, utf8(key), utf8(key + "|0|0|ok"));
                record.headers().add("Message-Id", utf8("after the calamity " + i));
                var unused = writer.send(record);
            }
        }
    }

    /** A committed record and all that follow it are gone. */
    private void loses(String topic, String stage) {
        List<ConsumerRecord<byte[], byte[]>> all = log.committed(topic);
        if (all.isEmpty()) {
            return;
        }
        ConsumerRecord<byte[], byte[]> lost = all.get(random.nextInt(all.size()));
        TopicPartition partition = new TopicPartition(topic, lost.partition());
        int said = incidents().size();
        machines.forEach(simulation::crash);
        log.lose(partition, lost.offset());
        boolean ofSource = topic.equals(Workload.SOURCE);
        boolean sinkKnows = !ofSource && sinkDisagrees(partition);
        // Otherwise only timers and orders were lost with it, or the group's offsets had expired before: where no disk
        // knows better nobody can tell, and what followed the last marker that is left runs again.
        boolean promised = ofSource || sinkKnows || markerDisagrees(partition, stage);
        simulation.runUntil(this::isQuiet, LIMIT);
        Relapse relapse = Relapse.of(log, since(said), endsOwners);
        Set<String> halted =
                halted(said, sinkKnows ? LOST_BEHIND_ROWS : LOST, incident -> !promised && relapse.explains(incident));
        if (promised && !halted.equals(Set.of(stage + "/" + partition.partition()))) {
            violations.add("%s lost its records from %d on, but %s halted".formatted(partition, lost.offset(), halted));
        }
    }

    /** The last marker that is left tells of another input position than the group's. */
    private boolean markerDisagrees(TopicPartition changelog, String stage) {
        String input = shape.inputs().get(shape.stages().indexOf(stage));
        Long group = log.groupOffsets(SimulatedEngine.TOPICS.group(Workload.PIPELINE), input)
                .get(new TopicPartition(input, changelog.partition()));
        Marker marker = lastMarker(changelog);
        return group != null && (marker == null ? !hasDiskAt(group, changelog, stage) : !isAt(group, marker));
    }

    private static boolean isAt(long group, Marker marker) {
        return marker.getNext(0).getNextOffset() == group;
    }

    /** Markers before the lost one are compacted away, and a disk that lagged behind has one of them that tells the same. */
    private boolean hasDiskAt(long group, TopicPartition changelog, String stage) {
        TaskId task = new TaskId(Workload.PIPELINE, stage, changelog.partition());
        return disks.values().stream()
                .flatMap(disk -> disk.left(task).getOrDefault("marker", List.of()).stream())
                // The other row of the column says when the store was last written.
                .filter(row -> row.key().length == 0 || row.key()[0] == 0)
                .map(row -> LogFormats.decode(Marker.parser(), row.value(), "marker"))
                .anyMatch(marker -> isAt(group, marker));
    }

    /** The last marker that is left tells of another fence row than the sink's. */
    private boolean sinkDisagrees(TopicPartition changelog) {
        if (!shape.ledger()) {
            return false;
        }
        Marker marker = lastMarker(changelog);
        List<SinkPosition> sinks = marker == null ? List.of() : marker.getSinksList();
        long expected = sinks.stream()
                .filter(sink -> sink.getSink().equals(Workload.LEDGER))
                .mapToLong(SinkPosition::getNextOffset)
                .findFirst()
                .orElse(Fence.NOTHING);
        return ledger.next(LEDGER, changelog.partition()) != expected;
    }

    private @Nullable Marker lastMarker(TopicPartition changelog) {
        Marker last = null;
        for (ConsumerRecord<byte[], byte[]> record : log.committed(changelog.topic())) {
            if (record.partition() == changelog.partition()
                    && new String(record.key(), StandardCharsets.UTF_8).startsWith("marker\0")) {
                last = LogFormats.decode(Marker.parser(), record.value(), "marker");
            }
        }
        return last;
    }

    /** The machines were away for longer than the changelog keeps deletions: what their stores still hold must not count. */
    private void oldDisksReturn() {
        int before = outcomes();
        int said = incidents().size();
        simulation.holdRestarts(ABSENCE);
        machines.forEach(simulation::crash);
        images.forEach(SimStores::comeBackAs);
        boolean unused = simulation.await(ABSENCE, () -> false);
        // The dead have yet to be started: only then is it quiet again.
        simulation.uneasy();
        for (int pass = 0; pass < 5; pass++) {
            log.compact(".changelog", random);
        }
        simulation.runUntil(this::isQuiet, LIMIT);
        Set<String> halted = halted(said, Set.of());
        if (!halted.isEmpty()) {
            violations.add("old disks came back, and %s halted".formatted(halted));
        }
        violations.addAll(new StoreCheck(log, disks.values(), shape).check());
        nothingRan(before, "old disks came back");
    }

    private Set<String> halted(int since, Set<String> codes) {
        return halted(since, codes, incident -> false);
    }

    /** @param explained what else may be told of */
    private Set<String> halted(int since, Set<String> codes, Predicate<Incident> explained) {
        Set<String> halted = new TreeSet<>();
        for (Incident incident : since(since)) {
            String task = incident.getStage() + "/" + incident.getPartition();
            if (incident.getOpen() && codes.contains(incident.getCode())) {
                halted.add(task);
            } else if (incident.getOpen() && !explained.test(incident)) {
                violations.add("%s: %s %s".formatted(task, incident.getCode(), incident.getDetail()));
            } else if (!incident.getOpen()) {
                halted.remove(task);
            }
        }
        return halted;
    }

    private void nothingRan(int before, String when) {
        if (outcomes() != before) {
            violations.add(when + ", and records were run");
        }
    }

    /** The two-phase sink's database was restored from a backup: it says less than the log of one of its partitions. */
    private void sinkIsRestored() {
        List<Integer> written = IntStream.range(0, EngineHistory.PARTITIONS)
                .filter(partition -> ledger.next(LEDGER, partition) != Fence.NOTHING)
                .boxed()
                .toList();
        if (written.isEmpty()) {
            return;
        }
        int partition = written.get(random.nextInt(written.size()));
        long earlier = random.nextLong(Fence.NOTHING, ledger.next(LEDGER, partition));
        int before = outcomes();
        int said = incidents().size();
        machines.forEach(simulation::crash);
        ledger.restore(LEDGER, partition, earlier);
        simulation.runUntil(this::isQuiet, LIMIT);
        String task = shape.countingStage() + "/" + partition;
        Set<String> halted = halted(said, Set.of(SINK_DISAGREES));
        if (!halted.equals(Set.of(task))) {
            violations.add("the sink of %s was restored, but %s halted".formatted(task, halted));
        }
        nothingRan(before, "the sink was restored");
    }

    /** The task that finds less in it than was told halts, whether it begins anew or goes on. */
    private void tableIsRestored() {
        if (!shape.staged() || table.rows().isEmpty()) {
            return;
        }
        SimTable.Row lost = table.rows().get(random.nextInt(table.rows().size()));
        String staged = SimulatedEngine.TOPICS.staged(Workload.PIPELINE, Workload.TABLE);
        if (!lost.log().equals(log.topicId(staged).toString())) {
            return;
        }
        int before = outcomes();
        int said = incidents().size();
        boolean running = random.nextBoolean();
        if (!running) {
            machines.forEach(simulation::crash);
        }
        table.restore(lost.log(), lost.partition(), lost.offset());
        if (running) {
            // It is looked at once a minute.
            Instant end = simulation.now().plus(WHILE);
            simulation.runUntil(() -> !simulation.now().isBefore(end), LIMIT);
        }
        simulation.runUntil(this::isQuiet, LIMIT);
        String task = Workload.TABLE + "/" + lost.partition();
        Set<String> halted = halted(said, Set.of(SINK_DISAGREES));
        if (!halted.equals(Set.of(task))) {
            violations.add("the table of %s was restored, but %s halted".formatted(task, halted));
        }
        nothingRan(before, "the table was restored");
    }

    private List<Incident> since(int said) {
        List<Incident> all = incidents();
        return all.subList(said, all.size());
    }

    private List<Incident> incidents() {
        return log.committed(SimulatedEngine.TOPICS.incidents()).stream()
                .map(record -> LogFormats.decode(Incident.parser(), record.value(), "incidents"))
                .filter(incident -> incident.getKind() != Incident.Kind.FLOW_OVERDUE)
                .toList();
    }

    private int outcomes() {
        return log.committed(SimulatedEngine.TOPICS.outcomes()).size();
    }

    private boolean isQuiet() {
        return log.isQuietFor(EngineHistory.AT_REST);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
