package io.waybill.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.Received;
import io.waybill.intake.Intake.Receipt;
import io.waybill.intake.Intake.Submission;
import io.waybill.intake.IntakeRefusedException.Code;
import io.waybill.pipeline.Bytes;
import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogIntakeTest {

    private static final String SOURCE = "orders.in";
    private static final String OUTCOMES = "waybill.outcomes";
    private static final IntakeLimits LIMITS = new IntakeLimits(1000, Duration.ofMillis(200));

    private final FakeLog log = new FakeLog().topic(SOURCE, 4, 1 << 20).topic(OUTCOMES, 3, 1 << 20);
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-20T10:00:00Z"));
    private final LogIntake intake =
            new LogIntake(log, new Topics("waybill"), List.of(pipeline("orders")), LIMITS, new SettableClock(now));

    @Nested
    class AnAcceptedMessage {

        @Test
        void isOneRecordUnderItsMessageIdWithTheIdsItWasFoundToHave() {
            Receipt receipt = submit("id=A7 batch=B1");

            ProducerRecord<byte[], byte[]> record = log.writtenTo(SOURCE).getFirst();
            assertThat(receipt.messageId()).isEqualTo("A7");
            assertThat(record.key()).asString(UTF_8).isEqualTo("A7");
            assertThat(record.value()).asString(UTF_8).isEqualTo("id=A7 batch=B1");
            assertThat(header(record, "Message-Id")).isEqualTo("A7");
            assertThat(header(record, "Batch-Id")).isEqualTo("B1");
        }

        @Test
        void isNamedByItsPlaceOnTheLog() {
            submit("id=first");
            Receipt second = submit("id=second");

            var topicId = Objects.requireNonNull(log.topics.get(SOURCE)).id();
            assertThat(second.offset()).isEqualTo(1);
            assertThat(second.trackingId()).isEqualTo(TrackingId.of(topicId, 0, 1, FakeLog.TIMESTAMP));
        }

        @Test
        void keepsItsHeadersAndTheKeyItsSenderGave() {
            Headers headers = Headers.NONE.with("Message-Id", "given").with("Name", "orders.txt");
            intake.submit(new Submission("orders", "customer-9".getBytes(UTF_8), headers, "id=A7".getBytes(UTF_8)));

            ProducerRecord<byte[], byte[]> record = log.writtenTo(SOURCE).getFirst();
            assertThat(record.key()).asString(UTF_8).isEqualTo("customer-9");
            assertThat(header(record, "Message-Id")).isEqualTo("given");
            assertThat(header(record, "Name")).isEqualTo("orders.txt");
            assertThat(record.headers().headers("Message-Id")).hasSize(1);
        }

        @Test
        void hasNoKeyWhereItHasNoId() {
            assertThat(submit("nothing").messageId()).isEmpty();
            assertThat(log.writtenTo(SOURCE).getFirst().key()).isNull();
        }

        @Test
        void isAnnouncedOnTheOutcomesTopicInItsFlowsPartition() {
            Receipt receipt = submit("id=A7 batch=B1");

            ProducerRecord<byte[], byte[]> note = log.writtenTo(OUTCOMES).getFirst();
            OutcomeBlock block = LogFormats.decode(OutcomeBlock.parser(), note.value(), "note");
            Received received = block.getOutcomes(0).getReceived();
            assertThat(note.partition()).isEqualTo(receipt.trackingId().partition(3));
            assertThat(block.hasCheckpoint()).isFalse();
            assertThat(block.getPipeline()).isEqualTo("orders");
            assertThat(block.getStage()).isEqualTo("source");
            assertThat(TrackingId.of(block.getOutcomes(0).getTrackingId())).isEqualTo(receipt.trackingId());
            assertThat(received.getByIntake()).isTrue();
            assertThat(received.getMessageId()).isEqualTo("A7");
            assertThat(received.getBatchId()).isEqualTo("B1");
            assertThat(received.getSizeBytes()).isEqualTo(14);
        }

        @Test
        void staysAcceptedWhereItsAnnouncementIsLost() {
            log.topics.remove(OUTCOMES);
            assertThat(submit("id=A7").messageId()).isEqualTo("A7");

            log.topic(OUTCOMES, 3, 1 << 20);
            log.answer = record -> record.topic().equals(OUTCOMES)
                    ? CompletableFuture.failedFuture(new TimeoutException("lost"))
                    : log.acknowledge(record);
            assertThat(submit("id=A8").messageId()).isEqualTo("A8");
        }

        @Test
        void isNamedByTheNewTopicSoonAfterItsTopicWasMadeAgain() {
            submit("id=A7");
            log.topic(SOURCE, 4, 1 << 20);
            now.set(now.get().plus(DescribedTopics.FRESH));

            Receipt receipt = submit("id=A8");

            var topicId = Objects.requireNonNull(log.topics.get(SOURCE)).id();
            assertThat(receipt.trackingId()).isEqualTo(TrackingId.of(topicId, 0, 1, FakeLog.TIMESTAMP));
        }

        @Test
        void asksTheBrokerForItsTopicsOnlyNowAndThen() {
            submit("id=A7");
            submit("id=A8");

            assertThat(log.described).isEqualTo(2);
        }
    }

    @Nested
    class ARefusedMessage {

        @Test
        void namesAnUnknownPipelineAndTheKnownOnes() {
            assertThatExceptionOfType(IntakeRefusedException.class)
                    .isThrownBy(
                            () -> intake.submit(new Submission("ordrs", null, Headers.NONE, "id=A7".getBytes(UTF_8))))
                    .withMessage("UNKNOWN_PIPELINE: expected one of the pipelines [orders], but was 'ordrs'");
        }

        @Test
        void isTooLarge() {
            assertThat(submit("x".repeat(1000)).messageId()).isEmpty();
            assertThat(refusalOf("x".repeat(1001), Headers.NONE)).isEqualTo(Code.PAYLOAD_TOO_LARGE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"Message-Id", "Batch-Id"})
        void hasAnIdOfMoreThan512BytesOrWithControlCharacters(String header) {
            assertThat(refusalOf("x", Headers.NONE.with(header, "ü".repeat(257))))
                    .isEqualTo(Code.INVALID_ID);
            assertThat(refusalOf("x", Headers.NONE.with(header, "a".repeat(10_000))))
                    .isEqualTo(Code.INVALID_ID);
            assertThat(refusalOf("x", Headers.NONE.with(header, "a\0b"))).isEqualTo(Code.INVALID_ID);
            assertThat(refusalOf("x", new Headers(List.of(new Headers.Header(header, new byte[] {(byte) 0xC3})))))
                    .isEqualTo(Code.INVALID_ID);
            intake.submit(new Submission("orders", null, Headers.NONE.with(header, "ü".repeat(256)), new byte[0]));
        }

        @Test
        void hasAnIdInItsPayloadThatIsTooLong() {
            assertThat(refusalOf("id=" + "a".repeat(513), Headers.NONE)).isEqualTo(Code.INVALID_ID);
        }

        @Test
        void hasHeadersOutOfBounds() {
            assertThat(refusalOf("x", Headers.NONE.with("", "v"))).isEqualTo(Code.INVALID_ENVELOPE);
            assertThat(refusalOf("x", Headers.NONE.with("a\nb", "v"))).isEqualTo(Code.INVALID_ENVELOPE);
            assertThat(refusalOf("x", Headers.NONE.with("Name", "a\nb"))).isEqualTo(Code.INVALID_ENVELOPE);
            assertThat(refusalOf("x", Headers.NONE.with("Big", "v".repeat(70_000))))
                    .isEqualTo(Code.INVALID_ENVELOPE);
            Headers many = Headers.NONE;
            for (int i = 0; i <= IntakeLimits.MAX_HEADERS; i++) {
                many = many.with("h" + i, "v");
            }
            assertThat(refusalOf("x", many)).isEqualTo(Code.INVALID_ENVELOPE);
        }

        @Test
        void doesNotFitTheTopicOnceItIsWrapped() {
            log.topic(SOURCE, 4, 1100);
            assertThat(refusalOf("x".repeat(1000), Headers.NONE)).isEqualTo(Code.PAYLOAD_TOO_LARGE);
        }

        @Test
        void isRefusedByTheBrokerForItsSize() {
            log.answer = record -> CompletableFuture.failedFuture(new RecordTooLargeException("broker says so"));
            assertThatExceptionOfType(IntakeRefusedException.class)
                    .isThrownBy(() -> submit("id=A7"))
                    .matches(e -> e.code() == Code.PAYLOAD_TOO_LARGE);
        }

        private Code refusalOf(String payload, Headers headers) {
            int before = log.written.size();
            IntakeRefusedException refusal = assertThrows(
                    IntakeRefusedException.class,
                    () -> intake.submit(new Submission("orders", null, headers, payload.getBytes(UTF_8))));
            assertThat(log.written).hasSize(before);
            return refusal.code();
        }
    }

    @Nested
    class AnUnavailableBroker {

        @Test
        void thatDoesNotAnswerInTimeIsNotWaitedForLonger() {
            log.answer = record -> new CompletableFuture<>();
            assertUnavailable("may or may not have been written");
        }

        @Test
        void thatFailsTheRecordIsReported() {
            log.answer = record -> CompletableFuture.failedFuture(new TimeoutException("no leader"));
            assertUnavailable("may or may not have been written");
        }

        @Test
        void thatRefusesTheHandOverIsReported() {
            log.answer = record -> {
                throw new TimeoutException("no metadata");
            };
            assertUnavailable("may or may not have been written");
        }

        @Test
        void thatDoesNotSayWhereTheRecordIsLeavesItUnnamed() {
            log.answer = record -> CompletableFuture.completedFuture(new RecordMetadata(
                    new TopicPartition(record.topic(), 0), -1, 0, RecordMetadata.UNKNOWN_PARTITION, 0, 0));
            assertUnavailable("may or may not have been written");
        }

        @Test
        void thatCannotBeAskedForTheTopicIsReported() {
            log.adminFailure = new TimeoutException("no broker");
            assertUnavailable("nothing was written");
        }

        @Test
        void withoutTheTopicIsReported() {
            log.topics.remove(SOURCE);
            assertUnavailable("it is not there");
        }

        @Test
        void keepsTheCallersInterruption() {
            log.answer = record -> new CompletableFuture<>();
            Thread.currentThread().interrupt();
            assertUnavailable("may or may not have been written");
            assertThat(Thread.interrupted()).isTrue();
        }

        private void assertUnavailable(String words) {
            assertThatExceptionOfType(IntakeUnavailableException.class)
                    .isThrownBy(() -> submit("id=A7"))
                    .withMessageStartingWith("INTAKE_UNAVAILABLE: ")
                    .withMessageContaining(words);
            assertThat(log.written).isEmpty();
        }
    }

    private Receipt submit(String payload) {
        return intake.submit(new Submission("orders", null, Headers.NONE, payload.getBytes(UTF_8)));
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    /** Its payloads say {@code id=… batch=…}. */
    private static Pipeline pipeline(String name) {
        return Pipeline.named(name)
                .from(KafkaSource.topic(SOURCE)
                        .value(Bytes.serde())
                        .messageId(record -> word(record.payload(), "id="))
                        .batchId(record -> word(record.payload(), "batch=")))
                .deduplicate(Deduplicate.byMessageId().keyLocal())
                .build();
    }

    private static String word(byte[] payload, String prefix) {
        for (String word : new String(payload, UTF_8).split(" ", -1)) {
            if (word.startsWith(prefix)) {
                return word.substring(prefix.length());
            }
        }
        return "";
    }

    private static final class SettableClock extends Clock {

        private final AtomicReference<Instant> now;

        SettableClock(AtomicReference<Instant> now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
