package io.waybill.testkit.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogWriter;
import io.waybill.testkit.log.PlantedBug;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sim.Simulation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** One history of two copy loops over a topic of four partitions, and its verdict. */
final class CopyHistory {

    private static final int RECORDS = 80;
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final Duration AT_REST = Duration.ofSeconds(35);

    private final long seed;
    private final FaultPlan faults;
    private final Set<PlantedBug> bugs;

    CopyHistory(long seed, FaultPlan faults, Set<PlantedBug> bugs) {
        this.seed = seed;
        this.faults = faults;
        this.bugs = bugs;
    }

    /** @return the copies in the order of each key, for comparison of two runs */
    Map<String, List<String>> run() {
        try (Simulation simulation = new Simulation(seed, faults)) {
            SimLog log = new SimLog(simulation, bugs);
            log.admin()
                    .create(List.of(
                            new TopicSpec(CopyLoop.FROM, 4, Map.of()), new TopicSpec(CopyLoop.TO, 3, Map.of())));
            for (String name : List.of("a", "b")) {
                simulation.supervise(simulation.machine(name), name, new CopyLoop(log, name));
            }
            simulation.start("sender", () -> send(log, simulation));
            simulation.runUntil(() -> log.isQuietFor(AT_REST), LIMIT);
            return check(log, simulation);
        }
    }

    private static void send(SimLog log, Simulation simulation) {
        LogWriter writer = log.writer();
        for (int i = 0; i < RECORDS; i++) {
            CompletableFuture<RecordMetadata> sent =
                    writer.send(new ProducerRecord<>(CopyLoop.FROM, bytes("key-" + i % 7), bytes("value-" + i)));
            simulation.await(Duration.ofMillis(i % 5 * 100L), sent::isDone);
        }
        writer.flush();
    }

    private Map<String, List<String>> check(SimLog log, Simulation simulation) {
        Map<String, List<String>> expected = byKey(log, CopyLoop.FROM);
        Map<String, List<String>> copied = byKey(log, CopyLoop.TO);
        assertThat(copied).as("seed %d, deaths %s", seed, simulation.deaths()).isEqualTo(expected);
        assertThat(log.openTransactions()).as("seed %d", seed).isEmpty();
        return copied;
    }

    private static Map<String, List<String>> byKey(SimLog log, String topic) {
        return log.committed(topic).stream()
                .collect(Collectors.groupingBy(
                        record -> text(record.key()),
                        TreeMap::new,
                        Collectors.mapping(record -> text(record.value()), Collectors.toList())));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
