package io.waybill.intake;

import io.waybill.format.Topics;
import io.waybill.format.TrackingId;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin.TopicDescription;
import io.waybill.log.LogWriter;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KafkaSource.Identity;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Poison;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * The intake on the log's idempotent writer. A submission passes its checks, becomes one record of the pipeline's
 * source topic with the ids it was found to have in its headers, and is acknowledged; then a {@code Received} entry on
 * the outcomes topic makes the flow visible at once. That entry decides nothing, so its loss is harmless and nobody
 * waits for it. Safe for any thread; a submission blocks its caller for at most the acknowledgement limit and the
 * admin's own time-out.
 */
public final class LogIntake implements Intake, AutoCloseable {

    /** Upper bound of what a record batch adds to key, value and headers, its length fields included. */
    private static final int RECORD_OVERHEAD_BYTES = 1024;

    private final Map<String, Pipeline> pipelines = new TreeMap<>();
    private final IntakeLimits limits;
    private final DescribedTopics topics;
    private final LogWriter writer;
    private final ReceivedNotes notes;

    public LogIntake(Log log, Topics names, Collection<Pipeline> pipelines, IntakeLimits limits, Clock clock) {
        pipelines.forEach(pipeline -> this.pipelines.put(pipeline.name(), pipeline));
        this.limits = limits;
        this.topics = new DescribedTopics(log.admin(), clock);
        this.writer = log.writer();
        this.notes = new ReceivedNotes(names.outcomes(), topics, writer, clock);
    }

    @Override
    public Receipt submit(Submission submission) {
        Pipeline pipeline = pipelines.get(submission.pipeline());
        if (pipeline == null) {
            throw IntakeRefusedException.unknownPipeline(submission.pipeline(), pipelines());
        }
        if (submission.payload().length > limits.maxPayloadBytes()) {
            throw IntakeRefusedException.payloadTooLarge(submission.payload().length, limits.maxPayloadBytes());
        }
        Envelope.check(submission.key(), submission.headers());
        Identity identity = identify(pipeline, submission);
        Headers headers = withIds(submission.headers(), identity);
        byte @Nullable [] key = keyOf(submission, identity);
        Envelope.check(key, headers);

        TopicDescription topic = topics.get(pipeline.source().topic());
        checkFits(topic, key, headers, submission.payload());
        ProducerRecord<byte[], byte[]> record = record(topic.name(), key, headers, submission.payload());
        RecordMetadata written = acknowledged(record, topic);
        TrackingId trackingId = TrackingId.of(topic.id(), written.partition(), written.offset(), written.timestamp());
        notes.send(pipeline, trackingId, written, identity, key, headers, submission.payload().length);
        return new Receipt(trackingId, identity.messageId(), topic.name(), written.partition(), written.offset());
    }

    @Override
    public Collection<String> pipelines() {
        return List.copyOf(pipelines.keySet());
    }

    @Override
    public int maxPayloadBytes() {
        return limits.maxPayloadBytes();
    }

    @Override
    public void close() {
        writer.close();
    }

    private static Identity identify(Pipeline pipeline, Submission submission) {
        Identity identity;
        try {
            identity = pipeline.source().identify(submission.key(), submission.headers(), submission.payload());
        } catch (Poison e) {
            throw IntakeRefusedException.badId(String.valueOf(e.getMessage()));
        }
        Envelope.checkId("message id", identity.messageId());
        Envelope.checkId("batch id", identity.batchId());
        return identity;
    }

    private static Headers withIds(Headers headers, Identity identity) {
        Headers named = withId(headers, KafkaSource.MESSAGE_ID_HEADER, identity.messageId());
        return withId(named, KafkaSource.BATCH_ID_HEADER, identity.batchId());
    }

    private static Headers withId(Headers headers, String name, String id) {
        boolean there = headers.text(name).filter(id::equals).isPresent();
        return there || id.isEmpty() ? headers : headers.with(name, id);
    }

    private static byte @Nullable [] keyOf(Submission submission, Identity identity) {
        if (submission.key() != null) {
            return submission.key();
        }
        return identity.messageId().isEmpty() ? null : identity.messageId().getBytes(StandardCharsets.UTF_8);
    }

    private static void checkFits(TopicDescription topic, byte @Nullable [] key, Headers headers, byte[] payload) {
        long wrapped = (long) payload.length + Envelope.bytes(key, headers) + RECORD_OVERHEAD_BYTES;
        if (wrapped > topic.maxMessageBytes()) {
            throw IntakeRefusedException.recordTooLarge(topic.name(), wrapped, topic.maxMessageBytes());
        }
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, byte @Nullable [] key, Headers headers, byte[] payload) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, payload);
        headers.all().forEach(header -> record.headers().add(header.name(), header.value()));
        return record;
    }

    private RecordMetadata acknowledged(ProducerRecord<byte[], byte[]> record, TopicDescription topic) {
        RecordMetadata metadata = await(record, topic);
        if (!metadata.hasOffset()) {
            // the broker has it already from an attempt whose answer was lost, and does not say where
            throw IntakeUnavailableException.noAcknowledgement(
                    topic.name(), new IllegalStateException("the broker acknowledged a record without its offset"));
        }
        return metadata;
    }

    private RecordMetadata await(ProducerRecord<byte[], byte[]> record, TopicDescription topic) {
        try {
            CompletableFuture<RecordMetadata> sent = writer.send(record);
            return sent.get(limits.acknowledgement().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RecordTooLargeException) {
                throw IntakeRefusedException.recordTooLarge(
                        topic.name(), record.value().length, topic.maxMessageBytes());
            }
            throw IntakeUnavailableException.noAcknowledgement(topic.name(), e);
        } catch (TimeoutException | KafkaException e) {
            throw IntakeUnavailableException.noAcknowledgement(topic.name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw IntakeUnavailableException.noAcknowledgement(topic.name(), e);
        }
    }
}
