package io.waybill.testkit.engine;

import io.waybill.testkit.history.History;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sink.SimSink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What a history at rest has left on the log and in the ledger, held against what the oracles recompute. */
final class ContentCheck {

    private final SimLog log;
    private final Shape shape;
    private final FaultPlan faults;
    private final Killers killers;
    private final Slowness slowness;
    private final SimSink ledger;

    ContentCheck(SimLog log, Shape shape, FaultPlan faults, Killers killers, Slowness slowness, SimSink ledger) {
        this.log = log;
        this.shape = shape;
        this.faults = faults;
        this.killers = killers;
        this.slowness = slowness;
        this.ledger = ledger;
    }

    List<String> check() {
        History.Names names = new History.Names(
                Workload.PIPELINE,
                Workload.SOURCE,
                log.topicId(Workload.SOURCE),
                EngineHistory.PARTITIONS,
                Workload.SINK,
                shape.stages());
        boolean endsAreAmbiguous = !faults.struck().isEmpty() || killers.areSeveral();
        WorkloadOracle oracle = new WorkloadOracle(
                shape, disturbed(), endsAreAmbiguous, slowness.hangs() >= SimulatedEngine.UNCLEAN_EXITS, mistakes());
        QuarantineCheck quarantine = new QuarantineCheck(log);
        List<String> violations =
                new ArrayList<>(killers.violations(faults.struck().size()));
        violations.addAll(quarantine.check());
        if (shape.sequences()) {
            violations.addAll(new OverflowCheck(log, shape).check());
        }
        if (!quarantine.tookATimer() || mistakes() == 0) {
            // A timer that faults made look like a killer ends as a dead letter, and nobody recomputes what follows.
            violations.addAll(new History(log::committed, SimulatedEngine.TOPICS, names, oracle).check());
            violations.addAll(new CountCheck(log, shape.countingStage()).check());
        }
        if (!log.openTransactions().isEmpty()) {
            violations.add("transactions are open at the end: " + log.openTransactions());
        }
        shape.inputs().forEach(topic -> checkOffsets(topic, violations));
        if (shape.ledger()) {
            violations.addAll(new LedgerCheck(log, ledger).check());
        }
        return violations;
    }

    /** Then an operator may be back late without that anybody was there to give it up: who steers waited for somebody. */
    private boolean disturbed() {
        return !faults.struck().isEmpty() || shape.ledger() || shape.deadly();
    }

    /** Each takes as many ends of owners as a killer needs, by faults, killers or crews that hang; the last two by faults. */
    private int mistakes() {
        int struck = faults.struck().size();
        return Math.min(struck / 2, (struck + killers.ends() + slowness.hangs()) / SimulatedEngine.UNCLEAN_EXITS);
    }

    /** The group stands behind the last record that counts; markers of transactions may follow. */
    private void checkOffsets(String topic, List<String> violations) {
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
