package io.waybill.testkit.engine;

import io.waybill.control.Actual;
import io.waybill.control.LogPipelines;
import io.waybill.control.PipelineView;
import io.waybill.control.UnknownPipelineException;
import io.waybill.control.Wanted;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.PipelineOrder;
import io.waybill.format.v1.WaitingRow;
import io.waybill.log.LogWriter;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.Simulation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * People who pause, resume, drain and stop at any moment, look what becomes of it, and hold the console to what it
 * claims: from the moment it says paused, drained or stopped until the next order nothing happens on the log, whoever
 * crashes, starts or joins in between. In the end they let everything run.
 */
final class Steerers implements Runnable {

    private static final String WAITING = " waiting\0";
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(30);
    /** What is committed is seen once the markers of its transaction are written. */
    private static final int MARKERS_MS = 2_100;

    private final Simulation simulation;
    private final SimLog log;
    private final Shape shape;
    private final RandomGenerator random;
    private final List<String> violations = new ArrayList<>();
    private final Map<Actual, Integer> claims = new EnumMap<>(Actual.class);
    private Wanted wanted = Wanted.RUNNING;
    private int orders;
    private boolean done;

    Steerers(Simulation simulation, SimLog log, Shape shape) {
        this.simulation = simulation;
        this.log = log;
        this.shape = shape;
        this.random = simulation.random();
    }

    boolean areDone() {
        return done;
    }

    List<String> violations() {
        return violations;
    }

    /** How often the console claimed what. */
    Map<Actual, Integer> claims() {
        return claims;
    }

    @Override
    public void run() {
        int most = random.nextInt(1, 7);
        try (LogPipelines console =
                        new LogPipelines(log, SimulatedEngine.TOPICS, simulation.clock(), () -> "of the console");
                LogWriter writer = log.writer()) {
            for (int i = 0; i < most; i++) {
                pause(random.nextInt(random.nextBoolean() ? 3_000 : 20_000));
                List<Wanted> next = wanted.next().stream().sorted().toList();
                give(next.get(random.nextInt(next.size())), writer);
                if (awaitClaim(console, Duration.ofSeconds(random.nextInt(1, 90)))) {
                    holdToIt();
                }
            }
            while (!awaitRunning(console)) {
                give(Wanted.RUNNING, writer);
            }
        }
        done = true;
    }

    private void pause(int millis) {
        simulation.await(Duration.ofMillis(millis), () -> false);
    }

    private void give(Wanted next, LogWriter writer) {
        wanted = next;
        PipelineOrder order = PipelineOrder.newBuilder()
                .setId("order-" + orders++)
                .setPipeline(Workload.PIPELINE)
                .setWanted(PipelineOrder.Wanted.valueOf(next.name()))
                .setRequestedBy("steerer")
                .setReason("simulated")
                .build();
        byte[] key = Workload.PIPELINE.getBytes(StandardCharsets.UTF_8);
        CompletableFuture<RecordMetadata> given;
        do {
            // Whoever is told that it failed says it again.
            given = writer.send(
                    new ProducerRecord<>(SimulatedEngine.TOPICS.pipelines(), 0, key, LogFormats.encode(order)));
            writer.flush();
        } while (given.isCompletedExceptionally());
    }

    private @Nullable PipelineView seen(LogPipelines console) {
        try {
            return console.get(Workload.PIPELINE);
        } catch (UnknownPipelineException | KafkaException notNow) {
            return null;
        }
    }

    private boolean awaitClaim(LogPipelines console, Duration patience) {
        Instant until = simulation.now().plus(patience);
        while (simulation.now().isBefore(until)) {
            PipelineView view = seen(console);
            if (view != null && view.wanted() == wanted && isClaim(view.actual())) {
                claims.merge(view.actual(), 1, Integer::sum);
                return true;
            }
            simulation.await(LOOK, () -> false);
        }
        return false;
    }

    /** It may take long: whoever is slow or dead has to come back first. */
    private boolean awaitRunning(LogPipelines console) {
        if (wanted != Wanted.RUNNING) {
            return false;
        }
        if (awaitClaim(console, LONGEST)) {
            return true;
        }
        violations.add("the pipeline does not run half an hour after that was ordered: " + seen(console));
        return true;
    }

    private static boolean isClaim(Actual actual) {
        return switch (actual) {
            case RUNNING, PAUSED, DRAINED, STOPPED -> true;
            case STARTING, PAUSING, DRAINING, STOPPING, NOBODY -> false;
        };
    }

    private void holdToIt() {
        if (wanted == Wanted.RUNNING) {
            return;
        }
        int replays = replays();
        pause(MARKERS_MS);
        boolean replayedMeanwhile = replays != replays();
        if (wanted == Wanted.DRAINING && !replayedMeanwhile) {
            checkStagesAreEmpty();
            checkNothingWaits();
        }
        Map<String, Integer> before = facts();
        pause(random.nextInt(random.nextBoolean() ? 5_000 : 60_000));
        Map<String, Integer> after = facts();
        boolean replayed = wanted == Wanted.DRAINING && replays != replays();
        if (!replayed && !before.equals(after)) {
            violations.add("claimed to be %s, but %s became %s".formatted(wanted, before, after));
        }
    }

    /** How many records of everything that processing writes are committed. */
    private Map<String, Integer> facts() {
        Map<String, Integer> facts = new LinkedHashMap<>();
        List<String> topics = new ArrayList<>(List.of(
                Workload.SINK,
                SimulatedEngine.TOPICS.outcomes(),
                SimulatedEngine.TOPICS.deadLetters(),
                SimulatedEngine.TOPICS.results()));
        topics.addAll(innerInputs());
        topics.forEach(topic -> facts.put(topic, log.committed(topic).size()));
        return facts;
    }

    private List<String> innerInputs() {
        return shape.inputs().stream()
                .filter(topic -> !topic.equals(Workload.SOURCE))
                .toList();
    }

    private int replays() {
        return shape.stages().stream()
                .mapToInt(stage -> log.committed(SimulatedEngine.TOPICS.replays(Workload.PIPELINE, stage))
                        .size())
                .sum();
    }

    /** But for people: what is behind a dead letter in sequence. */
    private void checkNothingWaits() {
        for (String stage : shape.stages()) {
            NavigableMap<String, byte[]> rows = new TreeMap<>();
            for (ConsumerRecord<byte[], byte[]> change :
                    log.committed(SimulatedEngine.TOPICS.changelog(Workload.PIPELINE, stage))) {
                String row = change.partition() + " " + new String(change.key(), StandardCharsets.ISO_8859_1);
                if (!row.contains(WAITING)) {
                    continue;
                }
                if (change.value() == null) {
                    rows.remove(row);
                } else {
                    rows.put(row, change.value());
                }
            }
            Set<String> waiting = new TreeSet<>(rows.keySet());
            waiting.removeIf(row -> isOfDeadLetter(rows.ceilingEntry(lane(row)).getValue()));
            if (!waiting.isEmpty()) {
                violations.add("claimed to be drained, but there waits " + waiting);
            }
        }
    }

    /** What the rows of its lane begin with: they are in their order. */
    private static String lane(String row) {
        int kind = row.indexOf(WAITING) + WAITING.length();
        byte[] length = row.substring(kind + 1, kind + 1 + Integer.BYTES).getBytes(StandardCharsets.ISO_8859_1);
        return row.substring(
                0, kind + 1 + Integer.BYTES + ByteBuffer.wrap(length).getInt());
    }

    private static boolean isOfDeadLetter(byte[] row) {
        return LogFormats.decode(WaitingRow.parser(), row, "waiting row").hasDeadLetterId();
    }

    private void checkStagesAreEmpty() {
        for (String topic : innerInputs()) {
            Map<TopicPartition, Long> offsets =
                    log.groupOffsets(SimulatedEngine.TOPICS.group(Workload.PIPELINE), topic);
            for (ConsumerRecord<byte[], byte[]> record : log.committed(topic)) {
                TopicPartition partition = new TopicPartition(topic, record.partition());
                if (offsets.getOrDefault(partition, 0L) <= record.offset()) {
                    violations.add("claimed to be drained, but %s@%d is inside".formatted(partition, record.offset()));
                }
            }
        }
    }
}
