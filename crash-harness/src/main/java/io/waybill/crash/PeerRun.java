package io.waybill.crash;

import io.waybill.crash.job.JobTopics;
import io.waybill.crash.oracle.Expectation;
import io.waybill.crash.oracle.Oracle;
import io.waybill.crash.oracle.TopicTail;
import io.waybill.crash.oracle.Violations;
import io.waybill.crash.process.Await;
import io.waybill.log.kafka.GroupProtocol;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The same generator, faults and oracle over another system: what it owes are its outputs and what it gave up. */
final class PeerRun {

    private static final Duration START = Duration.ofMinutes(3);
    /** Its last output is that old, and still some are missing: they will not come. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private static final Duration SETTLED = Duration.ofMinutes(3);
    private static final int PER_SECOND = 60;

    private final Judged judged;
    private final long seed;
    private final List<Fault> plan;
    private final Path folder;
    private final Violations violations = new Violations();
    private final Report report = new Report();

    PeerRun(Judged judged, long seed, int faults, Path folder) {
        this.judged = judged;
        this.seed = seed;
        this.plan = FaultPlan.of(judged, seed, faults);
        this.folder = folder;
    }

    CrashHarness.Verdict run() throws Exception {
        try (Cluster cluster = Cluster.start(folder, judged, violations);
                Generator generator = new Generator(folder, cluster.bootstrapServers(), seed, PER_SECOND)) {
            Await.until(
                    "all instances work",
                    START,
                    () -> Slot.working(cluster.slots()).size()
                            == cluster.slots().size());
            Striker striker = new Striker(cluster, violations, report, GroupProtocol.CLASSIC);
            for (Fault fault : plan) {
                if (!striker.strike(fault)) {
                    return new CrashHarness.Verdict(report, violations);
                }
            }
            striker.awaitHealed();
            generator.pause();
            judge(cluster, generator);
        }
        report.writeTo(folder.resolve("report.md"));
        return new CrashHarness.Verdict(report, violations);
    }

    private void judge(Cluster cluster, Generator generator) throws Exception {
        try (TopicTail input = new TopicTail(cluster.bootstrapServers(), JobTopics.ORDERS);
                TopicTail booked = new TopicTail(cluster.bootstrapServers(), JobTopics.BOOKED);
                TopicTail givenUp = new TopicTail(cluster.bootstrapServers(), JobTopics.GIVEN_UP)) {
            Expectation expectation = Expectation.of(input.catchUp());
            awaitOutputs(expectation, booked, givenUp);
            Oracle.judgeInput(generator.journal(), input.catchUp(), violations);
            Oracle.judgeOutputs(expectation, booked.catchUp(), violations);
            if (judged == Judged.KAFKA_STREAMS) {
                Oracle.judgeTotals(booked.catchUp(), violations);
            } else {
                Oracle.judgeTotalsInAnyOrder(booked.catchUp(), violations);
            }
            Oracle.judgeGivenUp(expectation, givenUp.catchUp(), violations);
            report.figure("messages in the input topic", expectation.records());
            report.figure("outputs expected", expectation.outputs());
            report.figure("given up expected", expectation.failures());
        }
    }

    /** Returns when as many are there as must be, or when nothing has come for long. */
    private static void awaitOutputs(Expectation expectation, TopicTail booked, TopicTail givenUp) {
        int expected = expectation.outputs() + expectation.failures();
        int[] seen = {-1};
        long[] since = {System.nanoTime()};
        var unused = Await.holdsWithin(SETTLED, () -> {
            int now = booked.catchUp().size() + givenUp.catchUp().size();
            if (now != seen[0]) {
                seen[0] = now;
                since[0] = System.nanoTime();
            }
            return now >= expected || System.nanoTime() - since[0] > SILENCE.toNanos();
        });
    }
}
