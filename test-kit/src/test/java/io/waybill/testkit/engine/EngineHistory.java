package io.waybill.testkit.engine;

import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.history.History;
import io.waybill.testkit.log.PlantedBug;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sim.Machine;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.sim.SimulationException;
import io.waybill.testkit.store.SimStores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** One history of the engine: two processing threads, a sender, people, faults, rest, and the oracle's verdict. */
final class EngineHistory {

    private static final int PARTITIONS = 4;
    private static final Duration LIMIT = Duration.ofHours(6);
    /** Longer than every time-out and back-off; whoever is dead or paused is waited for besides. */
    private static final Duration AT_REST = Duration.ofSeconds(35);

    private final long seed;
    private final FaultPlan faults;
    private final Set<PlantedBug> bugs;
    private long fingerprint;

    EngineHistory(long seed, FaultPlan faults, Set<PlantedBug> bugs) {
        this.seed = seed;
        this.faults = faults;
        this.bugs = bugs;
    }

    /** @return every violation; empty where all is well */
    List<String> run() {
        try (Simulation simulation = new Simulation(seed, faults)) {
            SimLog log = new SimLog(simulation, bugs);
            log.admin()
                    .create(List.of(
                            new TopicSpec(Workload.SOURCE, PARTITIONS, Map.of()),
                            new TopicSpec(
                                    Workload.SINK,
                                    3,
                                    Map.of("max.message.bytes", String.valueOf(Workload.SINK_MAX_BYTES)))));
            RandomGenerator random = simulation.random();
            Shape shape = Shape.drawn(random);
            Workload workload = new Workload(shape);
            List<Machine> machines = startThreads(simulation, log, workload, random);
            Sender sender = new Sender(simulation, log, shape);
            simulation.start("sender", sender);
            simulation.start("people", people(simulation, log, shape));
            Repairers repairers = new Repairers(simulation, log, SimulatedEngine.TOPICS);
            simulation.start("repairers", () -> {
                awaitFirst(simulation, log, SimulatedEngine.TOPICS.incidents());
                repairers.run();
            });
            try {
                simulation.runUntil(() -> sender.isDone() && repairers.areIdle() && log.isQuietFor(AT_REST), LIMIT);
                fingerprint = fingerprint(log);
                restart(simulation, log, machines);
            } catch (SimulationException endless) {
                return List.of(String.valueOf(endless.getMessage()), "deaths: " + simulation.deaths());
            }
            List<String> violations = verdict(log, shape, simulation);
            if (fingerprint != fingerprint(log)) {
                violations.add("a restart at rest wrote outputs or outcomes");
            }
            return violations;
        }
    }

    /** Every machine dies once more and recovers: that alone must not write anything. */
    private void restart(Simulation simulation, SimLog log, List<Machine> machines) {
        faults.end();
        machines.forEach(simulation::crash);
        simulation.runUntil(() -> log.isQuietFor(AT_REST), LIMIT);
    }

    private static Runnable people(Simulation simulation, SimLog log, Shape shape) {
        Operators operators =
                new Operators(simulation, log, SimulatedEngine.TOPICS, SimulatedEngine.OUTCOME_PARTITIONS, shape);
        return () -> {
            awaitFirst(simulation, log, SimulatedEngine.TOPICS.deadLetters());
            operators.run();
        };
    }

    private static void awaitFirst(Simulation simulation, SimLog log, String topic) {
        simulation.await(LIMIT, () -> !log.isEmpty(topic));
    }

    /** Two instances of one thread, or one instance of two, which share their disk and die together. */
    private static List<Machine> startThreads(
            Simulation simulation, SimLog log, Workload workload, RandomGenerator random) {
        boolean shared = random.nextInt(4) == 0;
        Machine first = simulation.machine("machine-1");
        Machine second = shared ? first : simulation.machine("machine-2");
        SimStores firstDisk = new SimStores(simulation, first);
        SimStores secondDisk = shared ? firstDisk : new SimStores(simulation, second);
        Pipeline pipeline = workload.pipeline();
        supervise(simulation, log, first, firstDisk, pipeline, "thread-1", random);
        supervise(simulation, log, second, secondDisk, pipeline, "thread-2", random);
        return shared ? List.of(first) : List.of(first, second);
    }

    private static void supervise(
            Simulation simulation,
            SimLog log,
            Machine machine,
            SimStores disk,
            Pipeline pipeline,
            String name,
            RandomGenerator random) {
        Duration life = random.nextInt(2) == 0 ? Duration.ofMillis(random.nextLong(100, 60_000)) : LIMIT;
        Instant stopsAt = simulation.now().plus(life);
        simulation.supervise(
                machine, name, () -> new SimulatedEngine(simulation, log, disk, pipeline, name, stopsAt).run());
    }

    /** Equal for equal histories; known once it ran. */
    long fingerprint() {
        return fingerprint;
    }

    private static long fingerprint(SimLog log) {
        long hash = 0;
        for (String topic : List.of(Workload.SINK, SimulatedEngine.TOPICS.outcomes())) {
            for (ConsumerRecord<byte[], byte[]> record : log.committed(topic)) {
                hash = 31 * hash + record.offset();
                hash = 31 * hash + Arrays.hashCode(record.value());
            }
        }
        return hash;
    }

    private List<String> verdict(SimLog log, Shape shape, Simulation simulation) {
        History.Names names = new History.Names(
                Workload.PIPELINE, Workload.SOURCE, log.topicId(Workload.SOURCE), Workload.SINK, shape.stages());
        List<String> violations = new ArrayList<>(
                new History(log::committed, SimulatedEngine.TOPICS, names, new WorkloadOracle(shape)).check());
        violations.addAll(new CountCheck(log, shape.countingStage()).check());
        if (!log.openTransactions().isEmpty()) {
            violations.add("transactions are open at the end: " + log.openTransactions());
        }
        checkOffsets(log, Workload.SOURCE, violations);
        for (String stage : shape.stages()) {
            if (!stage.equals(Pipeline.SOURCE_STAGE)) {
                checkOffsets(log, SimulatedEngine.TOPICS.stage(Workload.PIPELINE, stage), violations);
            }
        }
        if (!violations.isEmpty() && !simulation.deaths().isEmpty()) {
            violations.add("deaths: " + simulation.deaths());
        }
        return violations;
    }

    /** The group stands behind the last record that counts; markers of transactions may follow. */
    private static void checkOffsets(SimLog log, String topic, List<String> violations) {
        var offsets = log.groupOffsets(SimulatedEngine.TOPICS.group(Workload.PIPELINE), topic);
        Map<TopicPartition, Long> ends = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(topic)) {
            ends.put(new TopicPartition(topic, record.partition()), record.offset() + 1);
        }
        ends.forEach((partition, end) -> {
            if (!end.equals(offsets.get(partition))) {
                violations.add(
                        "%s ends at %d, but the group stands at %s".formatted(partition, end, offsets.get(partition)));
            }
        });
    }
}
