package io.waybill.intake;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.Received;
import io.waybill.log.LogWriter;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KafkaSource.Identity;
import io.waybill.pipeline.Pipeline;
import java.time.Clock;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says on the outcomes topic that a record was received, before any task has taken it up. Fire and forget: the
 * checkpoint that settles the record says so again, so a failure here is logged and nothing else.
 */
final class ReceivedNotes {

    private static final Logger LOG = LoggerFactory.getLogger(ReceivedNotes.class);

    private final String outcomes;
    private final DescribedTopics topics;
    private final LogWriter writer;
    private final Clock clock;

    ReceivedNotes(String outcomes, DescribedTopics topics, LogWriter writer, Clock clock) {
        this.outcomes = outcomes;
        this.topics = topics;
        this.writer = writer;
        this.clock = clock;
    }

    void send(
            Pipeline pipeline,
            TrackingId trackingId,
            RecordMetadata written,
            Identity identity,
            byte @Nullable [] key,
            Headers headers,
            int size) {
        Received received = Received.newBuilder()
                .setSourceTopic(written.topic())
                .setSourcePartition(written.partition())
                .setSourceOffset(written.offset())
                .setSourceTimestampMs(written.timestamp())
                .setMessageId(identity.messageId())
                .setBatchId(identity.batchId())
                .setKey(key == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(key))
                .setSizeBytes(size)
                .setByIntake(true)
                .setName(headers.text(KafkaSource.NAME_HEADER).orElse(""))
                .build();
        OutcomeBlock block = OutcomeBlock.newBuilder()
                .setPipeline(pipeline.name())
                .setPipelineVersion(pipeline.version())
                .setStage(Pipeline.SOURCE_STAGE)
                .addOutcomes(Outcome.newBuilder()
                        .setTrackingId(trackingId.toByteString())
                        .setAtMs(clock.millis())
                        .setReceived(received))
                .build();
        write(trackingId, LogFormats.encode(block));
    }

    private void write(TrackingId trackingId, byte[] block) {
        try {
            int partition = trackingId.partition(topics.get(outcomes).partitions());
            var unused = writer.send(new ProducerRecord<>(outcomes, partition, null, block))
                    .whenComplete((metadata, failure) -> {
                        if (failure != null) {
                            lost(trackingId, failure);
                        }
                    });
        } catch (IntakeUnavailableException | KafkaException e) {
            lost(trackingId, e);
        }
    }

    private static void lost(TrackingId trackingId, Throwable failure) {
        LOG.warn("Flow {} shows only once it is processed: its note of receipt was not written", trackingId, failure);
    }
}
