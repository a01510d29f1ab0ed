package io.waybill.testkit.engine;

import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.flaw.Flaw;
import io.waybill.testkit.flaw.FlawedLog;
import io.waybill.testkit.flaw.Watch;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sim.Machine;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.sim.SimulationException;
import io.waybill.testkit.store.SimStores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** One history of pipelines that read one another's outputs, each with processes of its own that die by themselves. */
final class NetworkHistory {

    static final int PARTITIONS = 2;

    private static final Duration LIMIT = Duration.ofHours(2);
    private static final Duration AT_REST = Duration.ofSeconds(35);

    private final Set<Flaw> flaws;
    private final Simulation simulation;
    private final SimLog log;
    private final RandomGenerator random;
    private final Watch watch;
    private final Network network;
    private final List<Machine> machines = new ArrayList<>();
    private int threads;

    NetworkHistory(long seed, FaultPlan faults, Set<Flaw> flaws) {
        this.flaws = flaws;
        this.simulation = new Simulation(seed, faults);
        this.log = new SimLog(simulation, Set.of(), simulation.random().nextInt(3) == 0);
        this.watch = new Watch(simulation);
        this.random = simulation.random();
        this.network = Network.drawn(random);
    }

    /** @return every violation; empty where all is well */
    List<String> run() {
        try (simulation) {
            log.admin()
                    .create(Network.TOPICS.stream()
                            .map(topic -> new TopicSpec(topic, PARTITIONS, Map.of()))
                            .toList());
            network.stations().forEach(this::start);
            NetworkSenders senders = new NetworkSenders(simulation, log, network);
            simulation.start("sender", senders::send);
            simulation.start("copier", senders::copy);
            simulation.start("people", () -> {
                simulation.await(LIMIT, () -> !log.isEmpty(SimulatedEngine.TOPICS.deadLetters()));
                new NetworkPeople(simulation, log).run();
            });
            simulation.runUntil(() -> senders.areDone() && log.isQuietFor(AT_REST), LIMIT);
            return verdict();
        } catch (SimulationException endless) {
            return List.of(String.valueOf(endless.getMessage()), "deaths: " + simulation.deaths());
        }
    }

    private List<String> verdict() {
        List<String> violations = new ArrayList<>(new NetworkCheck(log, network).check());
        violations.addAll(watch.violations());
        if (!log.openTransactions().isEmpty()) {
            violations.add("transactions are open at the end: " + log.openTransactions());
        }
        int before = log.committed(SimulatedEngine.TOPICS.outcomes()).size();
        simulation.faults().end();
        machines.forEach(simulation::crash);
        simulation.runUntil(() -> log.isQuietFor(AT_REST), LIMIT);
        if (log.committed(SimulatedEngine.TOPICS.outcomes()).size() != before) {
            violations.add("a restart at rest wrote outcomes");
        }
        if (!violations.isEmpty()) {
            violations.add("network: " + network + ", deaths: " + simulation.deaths());
        }
        return violations;
    }

    /** One or two threads, each on a machine of its own. */
    private void start(Station station) {
        Pipeline pipeline = station.pipeline();
        int count = random.nextInt(3) == 0 ? 2 : 1;
        for (int i = 0; i < count; i++) {
            String name = "thread-" + ++threads;
            Machine machine = simulation.machine(station.name() + "-" + i);
            machines.add(machine);
            SimStores disk = new SimStores(simulation, machine);
            Duration life = random.nextInt(2) == 0 ? Duration.ofMillis(random.nextLong(100, 60_000)) : LIMIT;
            Instant stopsAt = simulation.now().plus(life);
            FlawedLog mine = new FlawedLog(log, SimulatedEngine.TOPICS, flaws, watch);
            simulation.supervise(
                    machine,
                    name,
                    () -> new SimulatedEngine(
                                    simulation, mine, disk, pipeline, name, stopsAt, SimulatedEngine.engine(flaws))
                            .run());
        }
    }
}
