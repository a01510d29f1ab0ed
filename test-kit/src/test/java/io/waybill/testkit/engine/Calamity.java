package io.waybill.testkit.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.Incident;
import io.waybill.format.v1.Marker;
import io.waybill.log.LogWriter;
import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.Machine;
import io.waybill.testkit.sim.Simulation;
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
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** What no engine can mend, done to a history at rest: the tasks concerned halt and say why, the others go on (R9). */
final class Calamity {

    private static final Duration LIMIT = Duration.ofHours(2);
    /** Changelogs are created to keep deletions for 60 days. */
    private static final Duration ABSENCE = Duration.ofDays(70);

    private static final Duration WHILE = Duration.ofMinutes(3);
    private static final String COUNT_CHANGED = "PARTITION_COUNT_CHANGED";
    private static final Set<String> LOST = Set.of("POSITION_LOST", "POSITIONS_DISAGREE", "STATE_DAMAGED");

    private final Simulation simulation;
    private final SimLog log;
    private final RandomGenerator random;
    private final Shape shape;
    private final Map<Machine, SimStores> disks;
    private final Predicate<String> endsOwners;
    private final Set<Machine> machines;
    private final Map<SimStores, Map<String, Table>> images = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();

    /** @param endsOwners whether a record of this payload ended an owner by itself */
    Calamity(
            Simulation simulation,
            SimLog log,
            RandomGenerator random,
            Shape shape,
            Map<Machine, SimStores> disks,
            Predicate<String> endsOwners) {
        this.simulation = simulation;
        this.log = log;
        this.random = random;
        this.shape = shape;
        this.disks = disks;
        this.endsOwners = endsOwners;
        this.machines = disks.keySet();
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
        simulation.runUntil(this::isQuiet, LIMIT);
        // Otherwise only timers and orders were lost with it, or the group's offsets had expired before: where no disk
        // knows better nobody can tell, and what followed the last marker that is left runs again.
        boolean promised = topic.equals(Workload.SOURCE) || markerDisagrees(partition, stage);
        Relapse relapse = Relapse.of(log, since(said), endsOwners);
        Set<String> halted = halted(said, LOST, incident -> !promised && relapse.explains(incident));
        if (promised && !halted.equals(Set.of(stage + "/" + partition.partition()))) {
            violations.add("%s lost its records from %d on, but %s halted".formatted(partition, lost.offset(), halted));
        }
    }

    /** The last marker that is left tells of another input position than the group's. */
    private boolean markerDisagrees(TopicPartition changelog, String stage) {
        String input = shape.inputs().get(shape.stages().indexOf(stage));
        Long group = log.groupOffsets(SimulatedEngine.TOPICS.group(Workload.PIPELINE), input)
                .get(new TopicPartition(input, changelog.partition()));
        Long marker = null;
        for (ConsumerRecord<byte[], byte[]> record : log.committed(changelog.topic())) {
            if (record.partition() == changelog.partition()
                    && new String(record.key(), StandardCharsets.UTF_8).startsWith("marker\0")) {
                marker = LogFormats.decode(Marker.parser(), record.value(), "marker")
                        .getNext(0)
                        .getNextOffset();
            }
        }
        return group != null && !group.equals(marker);
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

    private List<Incident> since(int said) {
        List<Incident> all = incidents();
        return all.subList(said, all.size());
    }

    private List<Incident> incidents() {
        return log.committed(SimulatedEngine.TOPICS.incidents()).stream()
                .map(record -> LogFormats.decode(Incident.parser(), record.value(), "incidents"))
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
