package io.waybill.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.waybill.engine.Engine;
import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.v1.Control;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Incident;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.OwnerNote;
import io.waybill.format.v1.PipelineOrder;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.ThreadReport;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogWriter;
import io.waybill.pipeline.Pipeline;
import io.waybill.sink.Handle;
import io.waybill.testkit.flaw.FlawedLog;
import io.waybill.testkit.flaw.Watch;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.FaultPlan;
import io.waybill.testkit.sim.Machine;
import io.waybill.testkit.sim.Simulation;
import io.waybill.testkit.sink.SimSink;
import io.waybill.testkit.store.SimStores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One processing thread, in a simulation where nothing fails but what the test lets fail. */
final class OneThread implements AutoCloseable {

    static final String IN = "in";
    static final String OUT = "out";
    static final String PIPELINE = "one";

    private static final Duration LIMIT = Duration.ofHours(1);

    private final Simulation simulation = new Simulation(1, FaultPlan.none());
    private final SimLog log = new SimLog(simulation);
    private final SimSink sink = new SimSink(simulation);
    private final Machine machine = simulation.machine("machine");
    private SimStores disk = new SimStores(simulation, machine);
    private Pipeline pipeline;

    OneThread(Pipeline first) {
        this(first, 1);
    }

    OneThread(Pipeline first, int partitions) {
        this(first, partitions, Map.of());
    }

    /** @param out configuration of the sink's topic */
    OneThread(Pipeline first, int partitions, Map<String, String> out) {
        this(sink -> first, partitions, out);
    }

    /** @param first is given a two-phase sink */
    OneThread(Function<SimSink, Pipeline> first) {
        this(first, 1, Map.of());
    }

    /** @param first is given a two-phase sink */
    OneThread(Function<SimSink, Pipeline> first, int partitions) {
        this(first, partitions, Map.of());
    }

    private OneThread(Function<SimSink, Pipeline> first, int partitions, Map<String, String> out) {
        this(first, partitions, out, () -> SimulatedEngine.engine(Set.of()));
    }

    /** @param engine one for each process */
    OneThread(Pipeline first, Supplier<Engine> engine) {
        this(sink -> first, 1, Map.of(), engine);
    }

    private OneThread(
            Function<SimSink, Pipeline> first, int partitions, Map<String, String> out, Supplier<Engine> engine) {
        pipeline = first.apply(sink);
        log.admin().create(List.of(new TopicSpec(IN, partitions, Map.of()), new TopicSpec(OUT, 1, out)));
        FlawedLog sound = new FlawedLog(log, SimulatedEngine.TOPICS, Set.of(), new Watch(simulation));
        simulation.supervise(
                machine,
                "thread",
                () -> new SimulatedEngine(simulation, sound, disk, pipeline, "thread", Instant.MAX, engine.get())
                        .run());
    }

    /** What an operator calls that ends its process. */
    void halt() {
        simulation.crashRunning();
    }

    /** What an operator calls that takes long. */
    void work(Duration time) {
        simulation.work(time);
    }

    /** The process dies and comes back with another version. */
    void deploy(Pipeline next) {
        pipeline = next;
        simulation.crash(machine);
    }

    /** The process dies and comes back where there is no store of its tasks. */
    void move() {
        disk = new SimStores(simulation, machine);
        simulation.crash(machine);
    }

    /** The process dies; all that changelogs have from this offset on is lost meanwhile, and the group's offsets expire. */
    void lose(int partition, long from) {
        simulation.crash(machine);
        log.lose(
                new TopicPartition(SimulatedEngine.TOPICS.changelog(PIPELINE, Pipeline.SOURCE_STAGE), partition), from);
        forgetOffsets();
    }

    /** The process dies, and the group is empty for so long that Kafka forgets its offsets. */
    void expireOffsets() {
        simulation.crash(machine);
        forgetOffsets();
    }

    private void forgetOffsets() {
        log.expireOffsets(SimulatedEngine.TOPICS.group(PIPELINE));
    }

    /** Of the topic that it reads. */
    Map<TopicPartition, Long> groupOffsets() {
        return log.groupOffsets(SimulatedEngine.TOPICS.group(PIPELINE), IN);
    }

    /** Of the last checkpoint of each partition that it reads, the number within its owner's life. */
    List<Long> checkpoints() {
        return log.groupMetadata(SimulatedEngine.TOPICS.group(PIPELINE), IN).stream()
                .map(metadata -> Long.parseLong(metadata.split(";", -1)[2]))
                .toList();
    }

    /** What the sink has prepared and not committed. */
    List<Handle> prepared() {
        return sink.prepared();
    }

    /** While true the sink asks to be committed again and again. */
    void sinkIsReluctant(boolean now) {
        sink.reluctant(now);
    }

    /** From now on, for this long. */
    void sinkIsAway(Duration time) {
        sink.outage(time);
    }

    SimSink sink() {
        return sink;
    }

    /** What the sink has committed, in order. */
    List<String> rows() {
        return sink.committed().stream().map(SimSink.Committed::row).toList();
    }

    /** The topic that it reads. */
    void grow(int partitions) {
        log.grow(IN, partitions);
    }

    /** As another owner of the task writes it. */
    void open(Incident incident) {
        byte[] id = incident.getId().getBytes(UTF_8);
        write(new ProducerRecord<>(SimulatedEngine.TOPICS.incidents(), 0, id, LogFormats.encode(incident)));
    }

    /** The value is its message id as well. */
    void send(@Nullable String key, String value) {
        byte[] keyBytes = key == null ? null : key.getBytes(UTF_8);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(IN, null, null, keyBytes, value.getBytes(UTF_8));
        record.headers().add("Message-Id", value.getBytes(UTF_8));
        write(record);
    }

    /** A person says that what the incident is about may be tried again. */
    void retry(Incident incident) {
        Control order = Control.newBuilder()
                .setId("retry " + incident.getId())
                .setRequestedBy("operator")
                .setRetryIncident(Control.RetryIncident.newBuilder()
                        .setIncidentId(incident.getId())
                        .setPipeline(incident.getPipeline())
                        .setStage(incident.getStage())
                        .setPartition(incident.getPartition()))
                .build();
        write(new ProducerRecord<>(SimulatedEngine.TOPICS.control(), 0, null, LogFormats.encode(order)));
    }

    /** What people want of the pipeline from now on. */
    void want(PipelineOrder.Wanted wanted) {
        PipelineOrder order = PipelineOrder.newBuilder()
                .setId(wanted + " " + now())
                .setPipeline(PIPELINE)
                .setWanted(wanted)
                .setRequestedBy("operator")
                .build();
        byte[] key = PIPELINE.getBytes(UTF_8);
        write(new ProducerRecord<>(SimulatedEngine.TOPICS.pipelines(), 0, key, LogFormats.encode(order)));
    }

    void send(int partition, String value) {
        send(partition, List.of(value));
    }

    /** All at once. */
    void send(int partition, List<String> values) {
        write(values.stream()
                .map(value -> new ProducerRecord<byte[], byte[]>(IN, partition, null, null, value.getBytes(UTF_8)))
                .toList());
    }

    void replay(DeadLetterEvent event) {
        replay(event, event.getCaptured().getKey().toStringUtf8());
    }

    void replay(DeadLetterEvent event, String key) {
        order(
                event,
                ReplayCommand.newBuilder()
                        .setAction(ReplayCommand.Action.REPLAY)
                        .setPayload(event.getCaptured().getPayload())
                        .setKey(ByteString.copyFromUtf8(key))
                        .setHasKey(true));
    }

    /** @param edited what is replayed; of other orders nothing */
    void order(DeadLetterEvent event, ReplayCommand.Action action, String edited) {
        order(
                event,
                ReplayCommand.newBuilder()
                        .setAction(action)
                        .setPayload(ByteString.copyFromUtf8(edited))
                        .setKey(event.getCaptured().getKey())
                        .setHasKey(event.getCaptured().getHasKey()));
    }

    private void order(DeadLetterEvent event, ReplayCommand.Builder order) {
        ReplayCommand command = order.setReplayId("replay " + event.getAttempt())
                .setDeadLetterId(event.getDeadLetterId())
                .setTrackingId(event.getTrackingId())
                .setAttempt(event.getAttempt() + 1)
                .build();
        String topic = SimulatedEngine.TOPICS.replays(PIPELINE, Pipeline.SOURCE_STAGE);
        write(new ProducerRecord<>(topic, event.getPartition(), null, LogFormats.encode(command)));
    }

    private void write(ProducerRecord<byte[], byte[]> record) {
        write(List.of(record));
    }

    private void write(List<ProducerRecord<byte[], byte[]>> records) {
        boolean[] done = new boolean[1];
        simulation.start("sender", () -> {
            try (LogWriter writer = log.writer()) {
                records.stream().map(writer::send).toList().forEach(CompletableFuture::join);
            }
            done[0] = true;
        });
        until(() -> done[0]);
    }

    void until(BooleanSupplier condition) {
        simulation.runUntil(condition, LIMIT);
    }

    void pass(Duration time) {
        Instant end = simulation.now().plus(time);
        until(() -> !simulation.now().isBefore(end));
    }

    Instant now() {
        return simulation.now();
    }

    /** In their order. */
    List<String> outputs() {
        return log.committed(OUT).stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }

    void awaitOutputs(String... values) {
        until(() -> outputs().size() >= values.length);
    }

    List<DeadLetterEvent> deadLetters() {
        return log.committed(SimulatedEngine.TOPICS.deadLetters()).stream()
                .map(record -> LogFormats.decode(DeadLetterEvent.parser(), record.value(), "dead letters"))
                .toList();
    }

    List<Outcome> outcomes() {
        return log.committed(SimulatedEngine.TOPICS.outcomes()).stream()
                .map(record -> LogFormats.decode(OutcomeBlock.parser(), record.value(), "outcomes"))
                .flatMap(block -> OutcomeBlocks.outcomes(block, "outcomes").stream())
                .toList();
    }

    /** What they are and their numbers, in the order of their times. */
    List<String> results() {
        return outcomes().stream()
                .filter(Outcome::hasResult)
                .map(Outcome::getResult)
                .sorted(Comparator.comparingLong(FlowResult::getAtMs))
                .map(result -> result.getResult() + " " + result.getNumber())
                .toList();
    }

    /** What the thread said of itself, oldest first. */
    List<ThreadReport> reports() {
        return log.committed(SimulatedEngine.TOPICS.threads()).stream()
                .filter(record -> record.value() != null)
                .map(record -> LogFormats.decode(ThreadReport.parser(), record.value(), "threads"))
                .toList();
    }

    /** What owners of the task noted, oldest first. */
    List<OwnerNote> notes() {
        return log.committed(SimulatedEngine.TOPICS.owners(PIPELINE, Pipeline.SOURCE_STAGE)).stream()
                .filter(record -> record.value() != null)
                .map(record -> LogFormats.decode(OwnerNote.parser(), record.value(), "owners"))
                .toList();
    }

    /** Those that are open, oldest first. */
    List<Incident> incidents() {
        Map<String, Incident> open = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.committed(SimulatedEngine.TOPICS.incidents())) {
            Incident incident = LogFormats.decode(Incident.parser(), record.value(), "incidents");
            if (incident.getOpen()) {
                open.put(incident.getId(), incident);
            } else {
                open.remove(incident.getId());
            }
        }
        return List.copyOf(open.values());
    }

    /** The oldest one that is open; null where there is none. */
    @Nullable
    Incident incident() {
        return incidents().stream().findFirst().orElse(null);
    }

    Incident awaitIncident() {
        until(() -> incident() != null);
        Incident incident = incident();
        if (incident == null) {
            throw new IllegalStateException("the incident was there a moment ago");
        }
        return incident;
    }

    /** How many records of a column the changelog has had, deletions included. */
    long written(String column) {
        String prefix = column + "\0";
        return log.committed(SimulatedEngine.TOPICS.changelog(PIPELINE, Pipeline.SOURCE_STAGE)).stream()
                .filter(record -> new String(record.key(), UTF_8).startsWith(prefix))
                .count();
    }

    /** Keys of the changelog's rows in a column, restored. */
    List<String> rows(String column) {
        Map<String, byte[]> rows = new LinkedHashMap<>();
        String prefix = column + "\0";
        for (ConsumerRecord<byte[], byte[]> record :
                log.committed(SimulatedEngine.TOPICS.changelog(PIPELINE, Pipeline.SOURCE_STAGE))) {
            String key = new String(record.key(), UTF_8);
            if (key.startsWith(prefix) && record.value() == null) {
                rows.remove(key);
            } else if (key.startsWith(prefix)) {
                rows.put(key, record.value());
            }
        }
        List<String> keys = new ArrayList<>();
        rows.keySet().forEach(key -> keys.add(key.substring(prefix.length())));
        return keys;
    }

    @Override
    public void close() {
        simulation.close();
    }
}
