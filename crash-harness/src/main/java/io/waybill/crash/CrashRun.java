package io.waybill.crash;

import io.waybill.crash.console.Person;
import io.waybill.crash.oracle.TopicTail;
import io.waybill.crash.oracle.Violations;
import io.waybill.crash.process.Await;
import io.waybill.crash.process.ChildJvm;
import io.waybill.crash.process.Word;
import io.waybill.log.kafka.GroupProtocol;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One continuous run of Waybill's job under a plan of faults: steady work, the measured loss of one instance, the
 * faults; the same with the newer group protocol; everything settled. Then the loss of all local stores, compared with
 * what they held, resends of any age, everything settled again. A person works on dead letters all the while.
 */
final class CrashRun {

    /** Nothing is open any more this long after the last fault. */
    private static final Duration SETTLED = Duration.ofSeconds(60);

    private static final Duration START = Duration.ofMinutes(3);
    private static final int PER_SECOND = 80;
    private static final int RESENDS = 1_000;
    /** For each group protocol. */
    private static final int RECOVERIES = Integer.getInteger("waybill.crash.recoveries", 1);

    private final long seed;
    private final List<Fault> plan;
    private final List<Fault> newerPlan;
    private final Path folder;
    private final Violations violations = new Violations();
    private final Report report = new Report();

    CrashRun(long seed, int faults, Path folder) {
        this.seed = seed;
        this.plan = FaultPlan.of(Judged.WAYBILL, seed, faults);
        this.newerPlan = FaultPlan.newer(seed, faults);
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
        try (Person person = new Person(cluster.consolePort())) {
            if (!phase(cluster, GroupProtocol.CLASSIC, plan)) {
                return;
            }
            change(cluster, GroupProtocol.CONSUMER);
            if (!phase(cluster, GroupProtocol.CONSUMER, newerPlan)) {
                return;
            }
            long healed = System.nanoTime();
            person.goHome();
            generator.pause();
            try (Judge judge = new Judge(cluster, generator, person)) {
                boolean settled = judge.settles(SETTLED.minusNanos(System.nanoTime() - healed));
                report.figure("settled after the last fault", Duration.ofNanos(System.nanoTime() - healed));
                if (settled) {
                    int tasks = new Restart(cluster, report, violations).compareStores(judge.expectation());
                    restoreAll(cluster, generator, tasks);
                    generator.stop();
                    judge.settles(SETTLED);
                }
                judge.verdict(violations, report);
            }
        }
        report.figure(
                "starts that failed while broker or database were away",
                cluster.slots().stream().mapToInt(Slot::failedStarts).sum());
    }

    /** @return false where the system no longer works */
    private boolean phase(Cluster cluster, GroupProtocol protocol, List<Fault> faults) throws InterruptedException {
        measureRecovery(cluster, protocol);
        Striker striker = new Striker(cluster, violations, report, protocol);
        long begun = System.nanoTime();
        for (Fault fault : faults) {
            if (!striker.strike(fault)) {
                return false;
            }
        }
        striker.awaitHealed();
        report.figure("time of the faults, " + protocol, Duration.ofNanos(System.nanoTime() - begun));
        return true;
    }

    /** All members of a group use one protocol: all of them stop, then start with the other. Orders come on meanwhile. */
    private static void change(Cluster cluster, GroupProtocol protocol) {
        cluster.slots().parallelStream().forEach(Slot::stop);
        cluster.slots().forEach(slot -> slot.use(protocol));
        cluster.slots().forEach(Slot::start);
        awaitAllWork(cluster);
    }

    private static void awaitAllWork(Cluster cluster) {
        Await.until(
                "all instances work",
                START,
                () -> Slot.working(cluster.slots()).size() == cluster.slots().size());
    }

    /** One instance after another. */
    private void measureRecovery(Cluster cluster, GroupProtocol protocol) {
        for (int i = 0; i < RECOVERIES; i++) {
            Slot victim = cluster.slots().get(i % cluster.slots().size());
            Duration outage =
                    Outage.longest(cluster.bootstrapServers(), victim::kill, victim::works, Duration.ofMinutes(2));
            report.recovery(protocol, outage);
        }
    }

    /** All of them restore together; then orders of any age come again, and new ones. */
    private void restoreAll(Cluster cluster, Generator generator, int tasks) throws Exception {
        cluster.slots().forEach(Slot::wipe);
        cluster.slots().forEach(Slot::start);
        generator.resend(RESENDS);
        generator.resume();
        awaitAllWork(cluster);
        Await.until("all " + tasks + " tasks are restored", START, () -> restored(cluster) >= tasks);
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

    private static int restored(Cluster cluster) {
        return cluster.slots().stream()
                .map(slot -> slot.running().signal(Word.RESTORED))
                .filter(Objects::nonNull)
                .mapToInt(signal -> Integer.parseInt(signal.value()))
                .sum();
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
}
