package io.waybill.testkit.engine;

import io.waybill.control.Actual;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.Incident;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogWriter;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.flaw.Flaw;
import io.waybill.testkit.flaw.FlawedSink;
import io.waybill.testkit.flaw.Watch;
import io.waybill.testkit.log.PlantedBug;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.sim.SimulationException;
import io.waybill.testkit.sink.SimSink;
import io.waybill.testkit.sink.SimTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** One history of the engine: some processing threads, a sender, people, faults, rest, and the oracle's verdict. */
final class EngineHistory {

    static final int PARTITIONS = 4;
    private static final String NOBODYS_FLOW = "00000000-0000-8000-8000-000000000000";
    private static final Duration LIMIT = Duration.ofHours(2);
    private static final Duration MARKERS = Duration.ofSeconds(3);
    /** Longer than every time-out and back-off; whoever is dead or paused is waited for besides. */
    static final Duration AT_REST = Duration.ofSeconds(35);

    private final FaultPlan faults;
    private final Set<Flaw> flaws;
    private final Simulation simulation;
    private final SimLog log;
    private final RandomGenerator random;
    private final Watch watch;
    private final Shape shape;
    private final Killers killers;
    private final SimSink ledger;
    private final SimTable table;
    private final Fleet fleet;
    private final Slowness slowness;
    private final Asking asking;
    private final Calamity calamity;
    private long fingerprint;
    private boolean compacted;
    private Map<Actual, Integer> claims = Map.of();

    EngineHistory(long seed, FaultPlan faults) {
        this(seed, faults, Set.of(), Set.of());
    }

    EngineHistory(long seed, FaultPlan faults, Set<PlantedBug> bugs, Set<Flaw> flaws) {
        this.faults = faults;
        this.flaws = flaws;
        this.simulation = new Simulation(seed, faults);
        this.log = new SimLog(simulation, bugs, simulation.random().nextInt(3) == 0);
        this.watch = new Watch(simulation);
        this.random = simulation.random();
        this.shape = Shape.drawn(random)
                .withStaged(seed % 4 == 1)
                .withCalls(seed % 3 == 2)
                .withSequences(seed % 4 == 3)
                .withGlobal(seed % 5 == 2)
                .withNarrowCheckpoints(seed % 5 < 2 || seed % 7 == 3)
                .withDeadlines(seed % 3 != 1);
        this.killers = new Killers(simulation);
        this.ledger = new SimSink(simulation);
        this.table = new SimTable(
                simulation, shape.staged() ? simulation.random() : new SplittableRandom(0), Workload::isRefused);
        ledger.refuse(row -> row.contains("|" + Sender.REFUSED));
        this.slowness = new Slowness(simulation, flaws.contains(Flaw.LATE_RUN_NOT_CUT));
        this.asking = new Asking(simulation, shape.calls() ? simulation.random() : new SplittableRandom(0));
        this.fleet = new Fleet(simulation, log, random, flaws, watch, shape);
        this.calamity = new Calamity(
                simulation,
                log,
                random,
                shape,
                fleet.disks(),
                ledger,
                table,
                payload -> killers.ended(payload) || slowness.tookCrews(payload));
    }

    /** @return every violation; empty where all is well */
    List<String> run() {
        try (simulation) {
            log.admin()
                    .create(List.of(
                            new TopicSpec(Workload.SOURCE, PARTITIONS, Map.of()),
                            new TopicSpec(
                                    Workload.SINK,
                                    3,
                                    Map.of("max.message.bytes", String.valueOf(Workload.SINK_MAX_BYTES)))));
            startThreads();
            Sender sender = new Sender(simulation, log, shape);
            simulation.start("sender", sender);
            Operators people =
                    new Operators(simulation, log, SimulatedEngine.TOPICS, SimulatedEngine.OUTCOME_PARTITIONS, shape);
            simulation.start("people", () -> {
                awaitFirst(simulation, log, SimulatedEngine.TOPICS.deadLetters());
                people.run();
            });
            if (random.nextInt(4) == 0) {
                simulation.start("storm", storm(simulation, log, random.nextInt(2, 15)));
            }
            if (shape.ledger()) {
                simulation.start("mishaps", new Mishaps(simulation, log, ledger));
            }
            if (shape.staged()) {
                simulation.start("outages", this::outages);
            }
            Steerers steerers = new Steerers(simulation, log, shape);
            boolean isSteered = random.nextInt(4) == 0;
            if (isSteered) {
                simulation.start("steerers", () -> {
                    awaitFirst(simulation, log, SimulatedEngine.TOPICS.threads());
                    steerers.run();
                });
            }
            Repairers repairers = new Repairers(simulation, log, SimulatedEngine.TOPICS, ledger);
            simulation.start("repairers", () -> {
                awaitFirst(simulation, log, SimulatedEngine.TOPICS.incidents());
                repairers.run();
            });
            calamity.photograph();
            Duration limit = LIMIT.plus(weather(isSteered));
            simulation.runUntil(
                    () -> sender.isDone()
                            && (!isSteered || steerers.areDone())
                            && repairers.areIdle()
                            && people.areIdle()
                            && isAtRest()
                            && isApplied()
                            && isHeard(),
                    limit);
            claims = steerers.claims();
            List<String> violations = verdict(isSteered);
            violations.addAll(steerers.violations());
            return violations;
        } catch (SimulationException endless) {
            List<String> violations =
                    new ArrayList<>(List.of(String.valueOf(endless.getMessage()), "deaths: " + simulation.deaths()));
            if (shape.ledger()) {
                violations.addAll(new LedgerCheck(log, ledger).check());
            }
            return violations;
        }
    }

    /** The database of the staged sink is away now and then. */
    private void outages() {
        table.stormy();
        RandomGenerator chance = simulation.random();
        int most = chance.nextInt(6);
        for (int i = 0; i < most; i++) {
            simulation.await(Duration.ofMillis(chance.nextInt(20_000)), () -> false);
            table.outage(Duration.ofMillis(chance.nextInt(chance.nextBoolean() ? 3_000 : 90_000)));
        }
    }

    /** What is prepared is looked after now and then: it may take a while longer. */
    private boolean isAtRest() {
        return log.isQuietFor(AT_REST)
                && !slowness.isHanging()
                && (!shape.ledger() || LedgerCheck.isResolved(log, ledger));
    }

    /** The staged sink's database may be away for longer than anybody else. */
    private boolean isApplied() {
        return !shape.staged() || new TableCheck(log, table).isDone();
    }

    /** No thread is said to fail: neither one that works, nor one whose process is gone. No flow is said to be overdue. */
    private boolean isHeard() {
        Set<String> failing = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.incidents())) {
            Incident incident = LogFormats.decode(Incident.parser(), record.value(), "incidents");
            boolean passes = incident.getKind() == Incident.Kind.THREAD_FAILED
                    || incident.getKind() == Incident.Kind.FLOW_OVERDUE;
            if (incident.getOpen() && passes) {
                failing.add(incident.getId());
            } else {
                failing.remove(incident.getId());
            }
        }
        return failing.isEmpty();
    }

    /**
     * @param isSteered people wait for their orders to be obeyed: nobody is gone for long
     * @return how much longer the history may take for it
     */
    private Duration weather(boolean isSteered) {
        Weather weather = new Weather(simulation, log, random);
        if (random.nextInt(3) == 0) {
            weather.compaction();
            compacted = true;
        }
        return !isSteered && random.nextInt(8) == 0
                ? weather.longStop(fleet.disks().keySet())
                : Duration.ZERO;
    }

    private List<String> verdict(boolean isSteered) {
        List<String> violations = new ContentCheck(log, shape, faults, killers, slowness, ledger).check();
        violations.addAll(watch.violations());
        violations.addAll(asking.violations());
        if (shape.staged()) {
            violations.addAll(new TableCheck(log, table).check());
        }
        if (shape.deadlines()) {
            boolean disturbed = isSteered || !faults.struck().isEmpty() || shape.ledger() || shape.deadly();
            violations.addAll(new DeadlineCheck(
                            log,
                            Workload.PIPELINE,
                            shape.stages(),
                            Shape.DEADLINE,
                            disturbed || slowness.hangs() > 0,
                            compacted)
                    .check());
        }
        StoreCheck stores = new StoreCheck(log, fleet.disks().values(), shape);
        violations.addAll(stores.check());
        if (!shape.ledger()) {
            // Who waits for a sink cuts nobody meanwhile.
            violations.addAll(slowness.uncut());
        }
        Aftermath aftermath = Aftermath.drawn(random, log, shape);
        faults.end();
        if (aftermath.needsSomethingPrepared()) {
            leavePrepared();
        }
        fingerprint = fingerprint(log);
        fleet.disks().keySet().forEach(simulation::crash);
        aftermath.happen();
        ledger.reluctant(false);
        simulation.runUntil(() -> isAtRest() && (isApplied() || !aftermath.leavesAllRunning()), LIMIT);
        violations.addAll(aftermath.violations());
        if (shape.ledger()) {
            violations.addAll(new LedgerCheck(log, ledger).rows());
            violations.addAll(ledger.breaches());
        }
        if (shape.staged() && aftermath.leavesAllRunning()) {
            violations.addAll(new TableCheck(log, table).check());
        }
        if (fingerprint != fingerprint(log)) {
            violations.add("a restart at rest wrote outputs or outcomes, after " + aftermath);
        }
        violations.addAll(stores.check());
        if (violations.isEmpty() && aftermath.leavesAllRunning()) {
            violations.addAll(calamity.strike());
        }
        if (!violations.isEmpty() && !simulation.deaths().isEmpty()) {
            violations.add("deaths: " + simulation.deaths());
        }
        return violations;
    }

    /** Something passes, and its sink does not follow. */
    private void leavePrepared() {
        ledger.reluctant(true);
        simulation.start("late sender", () -> {
            try (LogWriter writer = log.writer()) {
                for (int i = 0; i < PARTITIONS; i++) {
                    writer.send(Sender.late("key-" + i, shape)).join();
                }
            }
        });
        // Markers of transactions have arrived by then: nothing restores the evidence that is lost next.
        simulation.runUntil(() -> log.isQuietFor(MARKERS) && LedgerCheck.isBehind(log, ledger), LIMIT);
    }

    /** Rebalances, one after another, some while the one before is not over. */
    private static Runnable storm(Simulation simulation, SimLog log, int rebalances) {
        RandomGenerator random = simulation.random();
        return () -> {
            for (int i = 0; i < rebalances; i++) {
                simulation.await(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 500 : 10_000)), () -> false);
                log.rebalance(SimulatedEngine.TOPICS.group(Workload.PIPELINE));
            }
        };
    }

    private static void awaitFirst(Simulation simulation, SimLog log, String topic) {
        simulation.await(Duration.ofDays(7), () -> !log.isEmpty(topic));
    }

    private void startThreads() {
        watch.sink(ledger, shape.inputs().get(shape.stages().indexOf(shape.countingStage())));
        if (flaws.contains(Flaw.LATE_PREPARE_NOT_FENCED)) {
            ledger.unfenced();
        }
        if (flaws.contains(Flaw.TURN_NOT_PROVEN)) {
            table.unproven();
        }
        if (flaws.contains(Flaw.REJECTIONS_NOT_KEPT)) {
            table.forgetful();
        }
        Pipeline pipeline = new Workload(
                        shape, slowness, killers, asking, new FlawedSink(ledger, flaws, watch), table, this::leak)
                .pipeline();
        fleet.start(flaws.contains(Flaw.CALLS_UNORDERED_BESIDE_STATE) ? unordered(pipeline) : pipeline);
    }

    /** As a declaration would be refused. */
    private static Pipeline unordered(Pipeline pipeline) {
        List<Operator> operators = pipeline.operators().stream()
                .map(operator -> operator instanceof Operator.Async async
                        ? new Operator.Async(
                                async.name(),
                                async.policy(),
                                async.function(),
                                async.options().unordered())
                        : operator)
                .toList();
        return new Pipeline(
                pipeline.name(),
                pipeline.version(),
                pipeline.source(),
                pipeline.deduplicate(),
                pipeline.policy(),
                operators,
                pipeline.stateChanges(),
                pipeline.flowDeadline());
    }

    /** What a part does where its effects do not wait for the split to return. */
    private void leak(String part) {
        if (flaws.contains(Flaw.PARTS_BEFORE_THE_SPLIT_RETURNED)) {
            ProducerRecord<byte[], byte[]> output = new ProducerRecord<>(
                    Workload.SINK,
                    NOBODYS_FLOW.getBytes(StandardCharsets.UTF_8),
                    (part + Counting.NUMBER + 1).getBytes(StandardCharsets.UTF_8));
            output.headers().add("Waybill-Tracking-Id", NOBODYS_FLOW.getBytes(StandardCharsets.UTF_8));
            try (LogWriter writer = log.writer()) {
                var unused = writer.send(output);
            }
        }
    }

    /** How often the console claimed what; known once it ran. */
    Map<Actual, Integer> claims() {
        return claims;
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
}
