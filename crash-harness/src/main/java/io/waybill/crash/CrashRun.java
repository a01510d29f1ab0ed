package io.waybill.crash;

import io.waybill.crash.job.JobTopics;
import io.waybill.crash.oracle.Expectation;
import io.waybill.crash.oracle.Oracle;
import io.waybill.crash.oracle.TopicTail;
import io.waybill.crash.oracle.TrackingOracle;
import io.waybill.crash.oracle.Violations;
import io.waybill.crash.oracle.WaybillOracle;
import io.waybill.crash.process.Await;
import io.waybill.crash.process.ChildJvm;
import io.waybill.crash.process.Word;
import io.waybill.format.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One continuous run of Waybill's job under a plan of faults: steady work, the measured loss of one instance, the
 * faults, everything settled; then the loss of all local stores, resends of any age, everything settled again.
 */
final class CrashRun {

    /** Nothing is open any more this long after the last fault. */
    private static final Duration SETTLED = Duration.ofSeconds(60);

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration AFTER_RESTORE = Duration.ofSeconds(3);
    private static final int PER_SECOND = 120;
    private static final int RESENDS = 1_000;

    private final long seed;
    private final List<Fault> plan;
    private final Path folder;
    private final Violations violations = new Violations();
    private final Report report = new Report();

    CrashRun(long seed, int faults, Path folder) {
        this.seed = seed;
        this.plan = FaultPlan.of(Judged.WAYBILL, seed, faults);
        this.folder = folder;
    }

    CrashHarness.Verdict run() throws Exception {
        long begun = System.nanoTime();
        try (Cluster cluster = Cluster.start(folder, Judged.WAYBILL, violations);
                Generator generator = new Generator(folder, cluster.bootstrapServers(), seed, PER_SECOND)) {
            run(cluster, generator);
        }
        report.figure("the whole run", Duration.ofNanos(System.nanoTime() - begun));
        report.writeTo(folder.resolve("report.md"));
        return new CrashHarness.Verdict(report, violations);
    }

    private void run(Cluster cluster, Generator generator) throws Exception {
        awaitAllWork(cluster);
        measureRecovery(cluster);
        Striker striker = new Striker(cluster, violations, report);
        long begun = System.nanoTime();
        for (Fault fault : plan) {
            if (!striker.strike(fault)) {
                return;
            }
        }
        striker.awaitHealed();
        report.figure("time of the faults", Duration.ofNanos(System.nanoTime() - begun));
        Topics topics = new Topics("waybill");
        try (TopicTail input = new TopicTail(cluster.bootstrapServers(), JobTopics.ORDERS);
                TopicTail results = new TopicTail(cluster.bootstrapServers(), topics.results())) {
            long healed = System.nanoTime();
            generator.pause();
            boolean settled = awaitSettled(cluster, input, results, SETTLED.minusNanos(System.nanoTime() - healed));
            report.figure("settled after the last fault", Duration.ofNanos(System.nanoTime() - healed));
            if (settled) {
                wipeAndRestore(cluster, generator);
                generator.stop();
                settled = awaitSettled(cluster, input, results, SETTLED);
            }
            judge(cluster, generator, topics, input, results);
        }
        report.figure(
                "starts that failed while broker or database were away",
                cluster.slots().stream().mapToInt(Slot::failedStarts).sum());
    }

    private static void awaitAllWork(Cluster cluster) {
        Await.until(
                "all instances work",
                START,
                () -> Slot.working(cluster.slots()).size() == cluster.slots().size());
    }

    private void measureRecovery(Cluster cluster) {
        Slot victim = cluster.slots().getFirst();
        Duration outage =
                Outage.longest(cluster.bootstrapServers(), victim::kill, victim::works, Duration.ofMinutes(2));
        report.recovery(outage);
    }

    /** @return false where something is left open, which is then a violation */
    private boolean awaitSettled(Cluster cluster, TopicTail input, TopicTail results, Duration limit) {
        TrackingOracle tracking = new TrackingOracle(cluster.jdbcUrl());
        int expected = input.catchUp().size();
        boolean settled = Await.holdsWithin(
                        limit, () -> WaybillOracle.flows(results.catchUp()).size() >= expected)
                && Await.holdsWithin(limit, () -> tracking.settled() >= expected);
        if (!settled) {
            violations.add(
                    Violations.Kind.LEFT_OPEN,
                    "%d s after the last fault %d of %d messages had no result"
                            .formatted(
                                    SETTLED.toSeconds(),
                                    expected
                                            - WaybillOracle.flows(results.catchUp())
                                                    .size(),
                                    expected));
        }
        return settled;
    }

    /** Every instance loses its disk; then orders of any age come again, and new ones. */
    private void wipeAndRestore(Cluster cluster, Generator generator) throws Exception {
        for (Slot slot : cluster.slots()) {
            slot.end(true);
            slot.wipe();
        }
        cluster.slots().forEach(Slot::start);
        generator.resend(RESENDS);
        generator.resume();
        awaitAllWork(cluster);
        Thread.sleep(AFTER_RESTORE);
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Slot slot : cluster.slots()) {
            ChildJvm.Signal restoring = Objects.requireNonNull(
                    slot.running().signal(Word.RESTORING), "an instance without stores did not restore");
            first = Math.min(first, restoring.firstAtNanos());
            last = Math.max(last, restoring.atNanos());
        }
        double megabytes = changelogBytes(cluster) / 1e6;
        double seconds = (last - first) / 1e9;
        report.figure(
                "restore of all local stores by three instances",
                "%.1f MB in %.1f s, %.1f MB/s".formatted(megabytes, seconds, megabytes / seconds));
    }

    private static long changelogBytes(Cluster cluster) throws Exception {
        long bytes = 0;
        for (String topic : cluster.topicsEnding(".changelog")) {
            try (TopicTail changelog = new TopicTail(cluster.bootstrapServers(), topic)) {
                for (ConsumerRecord<byte[], byte[]> record : changelog.catchUp()) {
                    bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
                }
            }
        }
        return bytes;
    }

    private void judge(Cluster cluster, Generator generator, Topics topics, TopicTail input, TopicTail results)
            throws Exception {
        Expectation expectation = Expectation.of(input.catchUp());
        Oracle.judgeInput(generator.journal(), input.catchUp(), violations);
        WaybillOracle.judgeResults(expectation, results.catchUp(), violations);
        try (TopicTail booked = new TopicTail(cluster.bootstrapServers(), JobTopics.BOOKED);
                TopicTail deadLetters = new TopicTail(cluster.bootstrapServers(), topics.deadLetters())) {
            Oracle.judgeOutputs(expectation, booked.catchUp(), violations);
            Oracle.judgeTotals(booked.catchUp(), violations);
            WaybillOracle.judgeDeadLetters(expectation, deadLetters.catchUp(), violations);
        }
        new TrackingOracle(cluster.jdbcUrl()).judge(expectation, violations);
        report.figure("messages in the input topic", expectation.records());
        report.figure("outputs expected", expectation.outputs());
        report.figure("dead letters expected", expectation.failures());
    }
}
