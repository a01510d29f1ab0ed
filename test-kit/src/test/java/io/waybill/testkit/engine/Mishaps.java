package io.waybill.testkit.engine;

import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.sink.SimSink;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.TopicPartition;

/** What befalls the two-phase sink alone, and the topic that names what is prepared: either evidence must do. */
final class Mishaps implements Runnable {

    private final Simulation simulation;
    private final SimLog log;
    private final SimSink ledger;
    private final RandomGenerator random;

    Mishaps(Simulation simulation, SimLog log, SimSink ledger) {
        this.simulation = simulation;
        this.log = log;
        this.ledger = ledger;
        this.random = simulation.random();
    }

    @Override
    public void run() {
        boolean deletes = random.nextBoolean();
        int most = random.nextInt(12);
        for (int i = 0; i < most; i++) {
            simulation.await(Duration.ofMillis(random.nextInt(15_000)), () -> false);
            if (random.nextInt(3) == 0) {
                ledger.outage(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 3_000 : 60_000)));
            }
            if (deletes) {
                deleteHandles();
            }
        }
    }

    /** Somebody deletes its records. */
    private void deleteHandles() {
        forget(log);
    }

    static void forget(SimLog log) {
        for (int i = 0; i < SimulatedEngine.OUTCOME_PARTITIONS; i++) {
            TopicPartition partition = new TopicPartition(SimulatedEngine.TOPICS.checkpoints(), i);
            if (!log.isEmpty(partition.topic())) {
                log.deleteBefore(partition, log.lastStable(partition));
            }
        }
    }
}
