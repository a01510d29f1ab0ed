package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.waybill.crew.ThreadCrew;
import io.waybill.crew.VirtualCalls;
import io.waybill.dedup.DuplicateStore;
import io.waybill.embedded.EmbeddedKafka;
import io.waybill.engine.Engine;
import io.waybill.engine.EngineOptions;
import io.waybill.engine.Ports;
import io.waybill.engine.Probe;
import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.ResultBlock;
import io.waybill.log.LogAdmin.TopicSpec;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.kafka.KafkaLog;
import io.waybill.log.kafka.KafkaLogOptions;
import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.Text;
import io.waybill.store.rocksdb.RocksDbOptions;
import io.waybill.store.rocksdb.RocksDbStores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelines that read one another's outputs, in one application and in several, on a real broker. */
class LinkedPipelinesIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static EmbeddedKafka kafka;
    private static KafkaLog log;

    @TempDir
    private Path folder;

    private final String prefix = "linked-" + UUID.randomUUID();
    private final Topics topics = new Topics(prefix);
    private final List<PipelineRunner> applications = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path data) {
        kafka = EmbeddedKafka.start(data);
        log = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        log.close();
        kafka.close();
    }

    @BeforeEach
    void createTopics() {
        log.admin()
                .create(List.of(
                        new TopicSpec(prefix + ".in", 2, Map.of()),
                        new TopicSpec(prefix + ".middle", 2, Map.of()),
                        new TopicSpec(prefix + ".out", 1, Map.of())));
    }

    @AfterEach
    void stopApplications() throws Exception {
        applications.forEach(PipelineRunner::stop);
        for (AutoCloseable opened : open.reversed()) {
            opened.close();
        }
    }

    @ParameterizedTest(name = "in one application: {0}")
    @ValueSource(booleans = {true, false})
    void a_flow_goes_on_in_the_pipeline_that_is_named_and_is_whole_with_it(boolean together) {
        run(together, collect(), settle());

        String flow = send("a,bad,c").toString();

        FlowResult first = await(() -> result(flow, 1));
        assertThat(first.getResult()).isEqualTo(Result.PARTIAL);
        assertThat(List.of(first.getLeaves(), first.getSucceeded(), first.getOpenDeadLetters()))
                .isEqualTo(List.of(3L, 2L, 1L));
        assertThat(first.getPipeline()).isEqualTo("collect");

        DeadLetterEvent dead = await(this::captured);
        assertThat(dead.getPipeline()).isEqualTo("settle");
        assertThat(dead.getCaptured().getPathList()).containsExactly(2, 1);
        replay(dead, "good");

        FlowResult second = await(() -> result(flow, 2));
        assertThat(second.getResult()).isEqualTo(Result.ACK);
        assertThat(flowsOf(prefix + ".out")).containsOnly(flow).hasSize(3);
        assertThat(results().stream().map(FlowResult::getTrackingId).distinct()).hasSize(1);
    }

    @Test
    void a_pipeline_that_is_not_named_begins_flows_of_its_own_that_say_what_caused_them() {
        run(false, collect(), settle(), stranger());

        TrackingId flow = send("a");
        await(() -> result(flow.toString(), 1));

        Outcome received = await(() -> outcomes("stranger").stream()
                .filter(Outcome::hasReceived)
                .findFirst()
                .orElse(null));
        assertThat(received.getTrackingId()).isNotEqualTo(flow.toByteString());
        assertThat(received.getReceived().getCausedBy()).isEqualTo(flow.toByteString());
    }

    @Test
    void a_flow_stays_open_until_the_pipeline_that_is_named_runs() {
        run(false, collect());
        TrackingId flow = send("a");
        await(() -> flowsOf(prefix + ".middle").isEmpty() ? null : flow);
        assertThat(results()).isEmpty();

        run(false, settle());

        assertThat(await(() -> result(flow.toString(), 1)).getResult()).isEqualTo(Result.ACK);
    }

    private Pipeline collect() {
        return Pipeline.named("collect")
                .from(KafkaSource.topic(prefix + ".in").value(Text.serde()))
                .withoutDeduplication()
                .splitIntoParts("items", text -> List.of(text.split(",")), Text.serde())
                .to(
                        "middle",
                        KafkaSink.topic(prefix + ".middle")
                                .value(Text.serde())
                                .key(text -> text, Text.serde())
                                .continuedBy("settle"))
                .build();
    }

    private Pipeline settle() {
        return Pipeline.named("settle")
                .from(KafkaSource.topic(prefix + ".middle").value(Text.serde()))
                .deduplicate(Deduplicate.byMessageId().keyLocal())
                .keyBy("accounts", text -> text, Text.serde())
                .map("check", text -> {
                    if (text.equals("bad")) {
                        throw Poison.because("BAD", "expected something good");
                    }
                    return text;
                })
                .to("out", KafkaSink.topic(prefix + ".out").value(Text.serde()))
                .build();
    }

    private Pipeline stranger() {
        return Pipeline.named("stranger")
                .from(KafkaSource.topic(prefix + ".middle").value(Text.serde()))
                .withoutDeduplication()
                .filter("all", text -> true)
                .build();
    }

    /** Each application has its own connections, stores and threads. */
    private void run(boolean together, Pipeline... pipelines) {
        Map<String, Pipeline> all = new HashMap<>();
        for (Pipeline pipeline : pipelines) {
            all.put(pipeline.name(), pipeline);
            if (!together) {
                start(Map.of(pipeline.name(), pipeline));
            }
        }
        if (together) {
            start(all);
        }
    }

    private void start(Map<String, Pipeline> pipelines) {
        KafkaLog mine = new KafkaLog(KafkaLogOptions.of(kafka.bootstrapServers()));
        RocksDbStores stores = new RocksDbStores(RocksDbOptions.in(folder.resolve("app-" + applications.size())));
        open.add(mine);
        open.add(stores);
        PipelineRunner runner = new PipelineRunner(
                pipelines,
                new Engine(topics, EngineOptions.DEFAULTS),
                mine,
                stop -> new Ports(
                        mine,
                        stores,
                        Clock.systemUTC(),
                        new SecureRandom(),
                        stop,
                        DuplicateStore::open,
                        Probe.NONE,
                        new ThreadCrew(),
                        new VirtualCalls()),
                1,
                "app-" + applications.size());
        applications.add(runner);
        runner.start();
    }

    private TrackingId send(String text) {
        try (LogWriter writer = log.writer()) {
            String topic = prefix + ".in";
            var sent = writer.send(new ProducerRecord<>(topic, 0, 1_790_000_000_000L, null, bytes(text)))
                    .join();
            var description = log.admin().describe(List.of(topic)).get(topic);
            return TrackingId.of(Objects.requireNonNull(description).id(), 0, sent.offset(), sent.timestamp());
        }
    }

    private void replay(DeadLetterEvent dead, String text) {
        ReplayCommand command = ReplayCommand.newBuilder()
                .setReplayId("replay")
                .setDeadLetterId(dead.getDeadLetterId())
                .setTrackingId(dead.getTrackingId())
                .setAttempt(1)
                .setRevision(1)
                .setAction(ReplayCommand.Action.REPLAY)
                .setPayload(ByteString.copyFromUtf8(text))
                .setKey(dead.getCaptured().getKey())
                .setHasKey(true)
                .build();
        try (LogWriter writer = log.writer()) {
            writer.send(new ProducerRecord<>(
                            topics.replays("settle", dead.getStage()),
                            dead.getPartition(),
                            null,
                            LogFormats.encode(command)))
                    .join();
        }
    }

    private @Nullable FlowResult result(String flow, int number) {
        return results().stream()
                .filter(result -> result.getNumber() == number
                        && TrackingId.of(result.getTrackingId()).toString().equals(flow))
                .findFirst()
                .orElse(null);
    }

    private List<FlowResult> results() {
        return read(topics.results()).stream()
                .flatMap(record ->
                        LogFormats.decode(ResultBlock.parser(), record.value(), "results").getResultsList().stream())
                .toList();
    }

    private @Nullable DeadLetterEvent captured() {
        return read(topics.deadLetters()).stream()
                .map(record -> LogFormats.decode(DeadLetterEvent.parser(), record.value(), "dead letters"))
                .filter(DeadLetterEvent::hasCaptured)
                .findFirst()
                .orElse(null);
    }

    private List<Outcome> outcomes(String pipeline) {
        return read(topics.outcomes()).stream()
                .map(record -> LogFormats.decode(OutcomeBlock.parser(), record.value(), "outcomes"))
                .filter(block -> block.getPipeline().equals(pipeline))
                .flatMap(block -> block.getOutcomesList().stream())
                .toList();
    }

    private List<String> flowsOf(String topic) {
        return read(topic).stream()
                .map(record -> new String(
                        record.headers().lastHeader("Waybill-Tracking-Id").value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static <T> T await(Supplier<@Nullable T> wanted) {
        Instant end = Instant.now().plus(LIMIT);
        while (Instant.now().isBefore(end)) {
            T found = wanted.get();
            if (found != null) {
                return found;
            }
        }
        throw new AssertionError("expected it within " + LIMIT);
    }

    /** Everything committed on the topic now. */
    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            List<TopicPartition> partitions = new ArrayList<>();
            log.admin().describe(List.of(topic)).forEach((name, description) -> {
                for (int i = 0; i < description.partitions(); i++) {
                    partitions.add(new TopicPartition(name, i));
                }
            });
            reader.assign(partitions);
            partitions.forEach(partition -> reader.seek(partition, 0));
            Instant end = Instant.now().plus(Duration.ofSeconds(2));
            var ends = reader.highWatermarks(partitions);
            while (Instant.now().isBefore(end)
                    && ends.entrySet().stream().anyMatch(at -> reader.position(at.getKey()) < at.getValue())) {
                reader.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
