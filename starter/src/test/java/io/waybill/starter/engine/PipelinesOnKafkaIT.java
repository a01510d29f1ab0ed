package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.Topics;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Control;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Incident;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.ResultBlock;
import io.waybill.intake.Intake;
import io.waybill.log.Log;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.pipeline.Headers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest(
        classes = WorkApplication.class,
        properties = {
            "waybill.embedded.enabled=true",
            "waybill.embedded.kafka.port=0",
            "waybill.embedded.kafka.controller-port=0",
            "waybill.embedded.postgres.port=0"
        })
@DirtiesContext // closes the servers before their folder is deleted
class PipelinesOnKafkaIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    @Autowired
    private WorkApplication application;

    @Autowired
    private Intake intake;

    @Autowired
    private Log log;

    @Autowired
    private Topics topics;

    @DynamicPropertySource
    static void folders(DynamicPropertyRegistry registry) {
        registry.add(
                "waybill.embedded.data-folder", () -> folder.resolve("data").toString());
        registry.add("waybill.state-folder", () -> folder.resolve("state").toString());
    }

    @Test
    void a_message_passes_once_and_its_resend_is_a_duplicate() {
        String first = send("plain");
        String second = send("plain");

        assertThat(result(first).getResult()).isEqualTo(Result.ACK);
        assertThat(result(second).getResult()).isEqualTo(Result.DUPLICATE);
        assertThat(outputs()).containsOnlyOnce("plain");
    }

    @Test
    void a_retry_holds_up_nobody_in_its_partition_and_leaves_no_trace_of_the_failed_tries() {
        Intake.Receipt flaky = submit("flaky");
        String meanwhile = sendToTheSamePartition(flaky, "meanwhile");

        assertThat(result(meanwhile).getResult()).isEqualTo(Result.ACK);
        assertThat(outputs()).contains("meanwhile").doesNotContain("flaky");
        assertThat(result(flaky.trackingId().toString()).getResult()).isEqualTo(Result.ACK);
        assertThat(outputs()).containsOnlyOnce("flaky");
    }

    @Test
    void a_record_that_its_topic_would_not_take_fails_alone() {
        String huge = send("huge");
        String next = send("after huge");

        assertThat(result(next).getResult()).isEqualTo(Result.ACK);
        assertThat(result(huge).getResult()).isEqualTo(Result.NACK);
        DeadLetterEvent event = await(
                topics.deadLetters(),
                record -> decode(DeadLetterEvent.parser(), record),
                letter -> letter.getDeadLetterId().startsWith(huge));
        assertThat(event.getCaptured().getErrorCode()).isEqualTo("RECORD_TOO_LARGE");
        assertThat(event.getCaptured().getPayload().toStringUtf8()).isEqualTo("huge");
    }

    @Test
    void a_stopped_task_opens_an_incident_and_goes_on_when_a_person_says_retry() {
        Intake.Receipt receipt = submit("stop here");
        String stopped = receipt.trackingId().toString();
        Incident incident = await(topics.incidents(), this::incident, Incident::getOpen);
        assertThat(incident.getOperator()).isEqualTo("guard");
        assertThat(incident.getDetail()).contains("the guard is broken");

        String sibling = sendToTheOtherPartition(receipt, "sibling");
        assertThat(result(sibling).getResult()).isEqualTo(Result.ACK);

        application.repaired.set(true);
        retry(incident);

        assertThat(result(stopped).getResult()).isEqualTo(Result.ACK);
        Incident closed = await(topics.incidents(), this::incident, other -> !other.getOpen());
        assertThat(closed.getId()).isEqualTo(incident.getId());
        assertThat(closed.getClosedBy()).isEqualTo("operator");
    }

    private String send(String text) {
        return submit(text).trackingId().toString();
    }

    private Intake.Receipt submit(String text) {
        return intake.submit(new Intake.Submission("work", null, Headers.NONE, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** @return the tracking id of the last of some messages, the first that went to the other partition */
    private String sendToTheOtherPartition(Intake.Receipt one, String text) {
        return sendUntil(text, other -> other.partition() != one.partition());
    }

    /** @return the tracking id of the last of some messages, the first that went to the same partition */
    private String sendToTheSamePartition(Intake.Receipt one, String text) {
        return sendUntil(text, other -> other.partition() == one.partition());
    }

    private String sendUntil(String text, Predicate<Intake.Receipt> wanted) {
        Intake.Receipt other = submit(text);
        for (int i = 0; !wanted.test(other); i++) {
            byte[] key = {(byte) i};
            byte[] payload = text.getBytes(StandardCharsets.UTF_8);
            Headers id = Headers.NONE.with("Message-Id", text + i);
            other = intake.submit(new Intake.Submission("work", key, id, payload));
        }
        return other.trackingId().toString();
    }

    private FlowResult result(String flow) {
        ResultBlock block = await(
                topics.results(),
                record -> decode(ResultBlock.parser(), record),
                results -> OutcomeBlocks.results(results, "results").stream().anyMatch(result -> isOf(flow, result)));
        return OutcomeBlocks.results(block, "results").stream()
                .filter(result -> isOf(flow, result))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isOf(String flow, FlowResult result) {
        return TrackingId.of(result.getTrackingId()).toString().equals(flow);
    }

    private Incident incident(ConsumerRecord<byte[], byte[]> record) {
        return decode(Incident.parser(), record);
    }

    private void retry(Incident incident) {
        Control control = Control.newBuilder()
                .setRequestedBy("operator")
                .setRetryIncident(Control.RetryIncident.newBuilder()
                        .setIncidentId(incident.getId())
                        .setPipeline(incident.getPipeline())
                        .setStage(incident.getStage())
                        .setPartition(incident.getPartition()))
                .build();
        try (LogWriter writer = log.writer()) {
            writer.send(new ProducerRecord<>(topics.control(), 0, null, LogFormats.encode(control)))
                    .join();
        }
    }

    private List<String> outputs() {
        return read(WorkApplication.OUT, record -> new String(record.value(), StandardCharsets.UTF_8));
    }

    private static <M extends MessageLite> M decode(Parser<M> parser, ConsumerRecord<byte[], byte[]> record) {
        return LogFormats.decode(parser, record.value(), record.topic());
    }

    private <T> T await(String topic, Decoder<T> decoder, Predicate<T> wanted) {
        Instant end = Instant.now().plus(LIMIT);
        while (Instant.now().isBefore(end)) {
            for (T value : read(topic, decoder)) {
                if (wanted.test(value)) {
                    return value;
                }
            }
        }
        throw new AssertionError("expected a record on " + topic + " within " + LIMIT);
    }

    /** Everything committed on the topic now. */
    private <T> List<T> read(String topic, Decoder<T> decoder) {
        List<T> values = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            int count = log.admin()
                    .describe(List.of(topic))
                    .values()
                    .iterator()
                    .next()
                    .partitions();
            List<TopicPartition> partitions = IntStream.range(0, count)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            reader.assign(partitions);
            partitions.forEach(partition -> reader.seek(partition, 0));
            var ends = reader.highWatermarks(partitions);
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                reader.poll(Duration.ofMillis(100)).forEach(record -> values.add(decoder.decode(record)));
            }
        }
        return values;
    }

    private interface Decoder<T> {
        T decode(ConsumerRecord<byte[], byte[]> record);
    }
}
