package io.waybill.crash;

import io.waybill.crash.console.Person;
import io.waybill.crash.job.JobTopics;
import io.waybill.crash.oracle.DeadLetterTables;
import io.waybill.crash.oracle.Expectation;
import io.waybill.crash.oracle.Oracle;
import io.waybill.crash.oracle.SinkOracle;
import io.waybill.crash.oracle.TopicTail;
import io.waybill.crash.oracle.TrackingOracle;
import io.waybill.crash.oracle.Violations;
import io.waybill.crash.oracle.WaybillOracle;
import io.waybill.crash.process.Await;
import io.waybill.format.Topics;
import java.time.Duration;

/** Lets the oracle look at everything that Waybill left, again and again until all of it is right or time is over. */
final class Judge implements AutoCloseable {

    private final Generator generator;
    private final Person person;
    private final TrackingOracle tracking;
    private final DeadLetterTables deadLetterTables;
    private final SinkOracle sinks;
    private final TopicTail input;
    private final TopicTail results;
    private final TopicTail booked;
    private final TopicTail deadLetters;

    Judge(Cluster cluster, Generator generator, Person person) {
        Topics topics = new Topics("waybill");
        this.generator = generator;
        this.person = person;
        this.tracking = new TrackingOracle(cluster.jdbcUrl());
        this.deadLetterTables = new DeadLetterTables(cluster.jdbcUrl());
        this.sinks = new SinkOracle(cluster.jdbcUrl(), cluster.files());
        this.input = new TopicTail(cluster.bootstrapServers(), JobTopics.ORDERS);
        this.results = new TopicTail(cluster.bootstrapServers(), topics.results());
        this.booked = new TopicTail(cluster.bootstrapServers(), JobTopics.BOOKED);
        this.deadLetters = new TopicTail(cluster.bootstrapServers(), topics.deadLetters());
    }

    /** Returns when nothing is open and all is right, or with false when it is not in time. */
    boolean settles(Duration limit) throws Exception {
        int expected = input.catchUp().size();
        long end = System.nanoTime() + limit.toNanos();
        // The whole judgement takes seconds after a long run: first what says cheaply that it is too early.
        return Await.holdsWithin(limit, () -> person.isHome() && tracking.settled() >= expected)
                && Await.holdsWithin(Duration.ofNanos(Math.max(0, end - System.nanoTime())), () -> found().isEmpty());
    }

    /** What stands in the way of everything being settled is what is wrong with it. */
    void verdict(Violations violations, Report report) throws Exception {
        if (!person.isHome()) {
            violations.add(Violations.Kind.LEFT_OPEN, "orders of people have not ended");
        }
        if (person.repairs().count() == 0) {
            violations.add(Violations.Kind.NO_PROGRESS, "no person could do anything");
        }
        violations.addAll(found());
        Expectation expectation = expectation();
        report.figure("messages in the input topic", expectation.records());
        report.figure("outputs expected", expectation.outputs());
        report.figure("dead letters expected", expectation.failures());
        report.figure("replays and discards by people", person.repairs().count());
        report.figure("files of sinks", sinks.files());
    }

    Expectation expectation() {
        return Expectation.of(input.catchUp(), person.repairs());
    }

    private Violations found() throws Exception {
        Violations found = new Violations();
        Expectation expectation = expectation();
        Oracle.judgeInput(generator.journal(), input.catchUp(), found);
        WaybillOracle.judgeResults(expectation, results.catchUp(), found);
        Oracle.judgeOutputs(expectation, booked.catchUp(), found);
        Oracle.judgeTotals(booked.catchUp(), found);
        WaybillOracle.judgeDeadLetters(expectation, deadLetters.catchUp(), found);
        tracking.judge(expectation, found);
        deadLetterTables.judge(expectation, found);
        sinks.judge(expectation, found);
        return found;
    }

    @Override
    public void close() {
        input.close();
        results.close();
        booked.close();
        deadLetters.close();
    }
}
