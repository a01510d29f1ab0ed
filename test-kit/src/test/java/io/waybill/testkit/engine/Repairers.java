package io.waybill.testkit.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.v1.Control;
import io.waybill.format.v1.Control.DecideInDoubt;
import io.waybill.format.v1.Incident;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.sink.SimSink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** People who look at incidents and press retry where a task stopped; once, and again where nothing came of it. */
final class Repairers implements Runnable {

    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(45);
    /** Of one incident: a repair that takes more than this is none. */
    private static final int MOST_PRESSES = 10;

    private final Simulation simulation;
    private final SimLog log;
    private final SimSink ledger;
    private final Topics topics;
    private final RandomGenerator random;
    private final Map<String, Open> open = new LinkedHashMap<>();

    /** @param ledger whose content they compare with the topic where a sink is in doubt */
    Repairers(Simulation simulation, SimLog log, Topics topics, SimSink ledger) {
        this.ledger = ledger;
        this.simulation = simulation;
        this.log = log;
        this.topics = topics;
        this.random = simulation.random();
    }

    private record Open(Incident incident, int presses, Instant nextPress) {}

    /** Whether they know of nothing that they could still do. */
    boolean areIdle() {
        return open.values().stream().allMatch(known -> known.presses() == MOST_PRESSES);
    }

    @Override
    public void run() {
        TopicPartition incidents = new TopicPartition(topics.incidents(), 0);
        try (LogReader reader = log.reader();
                LogWriter writer = log.writer()) {
            reader.assign(List.of(incidents));
            reader.seek(incidents, 0);
            while (true) {
                reader.poll(LOOK).forEach(this::read);
                open.replaceAll((id, known) -> pressedIfDue(known, writer));
                writer.flush();
            }
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        Incident incident = LogFormats.decode(Incident.parser(), record.value(), "incidents");
        if (!incident.getOpen()) {
            open.remove(incident.getId());
        } else if (incident.getKind() == Incident.Kind.TASK_STOPPED || incident.getKind() == Incident.Kind.IN_DOUBT) {
            Instant soon = simulation.now().plusMillis(random.nextInt(8_000));
            open.putIfAbsent(incident.getId(), new Open(incident, 0, soon));
        }
    }

    private Open pressedIfDue(Open known, LogWriter writer) {
        Instant now = simulation.now();
        Incident incident = known.incident();
        boolean nobodyRuns = log.members(topics.group(incident.getPipeline())).isEmpty();
        if (now.isBefore(known.nextPress()) || known.presses() == MOST_PRESSES || nobodyRuns) {
            // In hours without a machine they do not press in vain until they have given up.
            return known;
        }
        Control.Builder order = Control.newBuilder()
                .setId(incident.getId() + "/" + known.presses())
                .setRequestedBy("repairer");
        if (incident.getKind() == Incident.Kind.IN_DOUBT) {
            order.setDecideInDoubt(decision(incident));
        } else {
            order.setRetryIncident(Control.RetryIncident.newBuilder()
                    .setIncidentId(incident.getId())
                    .setPipeline(incident.getPipeline())
                    .setStage(incident.getStage())
                    .setPartition(incident.getPartition()));
        }
        var unused = writer.send(new ProducerRecord<>(topics.control(), 0, null, LogFormats.encode(order.build())));
        return new Open(incident, known.presses() + 1, now.plus(PATIENCE));
    }

    /** They look whether the topic has what the sink would show. */
    private DecideInDoubt decision(Incident incident) {
        Set<String> passed = new HashSet<>();
        log.committed(Workload.SINK).forEach(record -> passed.add(new String(record.value(), StandardCharsets.UTF_8)));
        boolean commits = ledger.prepared().stream()
                .filter(handle -> incident.getCause().endsWith(handle.text()))
                .anyMatch(handle -> passed.containsAll(ledger.rowsOf(handle)));
        return DecideInDoubt.newBuilder()
                .setIncidentId(incident.getId())
                .setPipeline(incident.getPipeline())
                .setDecision(commits ? DecideInDoubt.Decision.COMMIT : DecideInDoubt.Decision.ROLL_BACK)
                .build();
    }
}
