package io.waybill.tracking.projection;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.Duplicate;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.PartOutcome;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.Received;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.Waiting;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** Outcomes as an engine tells them. */
public final class Told {

    public static final String TOPIC = "waybill.outcomes";
    public static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    public static final long DAY_MS = 1_790_000_000_000L;

    private Told() {}

    /** Flow {@code n} was received {@code n} milliseconds after {@link #DAY_MS}. */
    public static TrackingId flow(int n) {
        return TrackingId.of(Uuid.ONE_UUID, 0, n, DAY_MS + n);
    }

    public static Outcome received(TrackingId flow, Received.Builder received) {
        return at(flow, 0).setReceived(received).build();
    }

    public static Received.Builder byTask(String messageId, String name) {
        return Received.newBuilder()
                .setSourceTopic("payments.files")
                .setSourceOffset(7)
                .setMessageId(messageId)
                .setBatchId("batch of " + messageId)
                .setName(name)
                .setSizeBytes(100);
    }

    public static Outcome duplicate(TrackingId flow, TrackingId first) {
        return at(flow, 1)
                .setDuplicate(Duplicate.newBuilder().setFirstTrackingId(first.toByteString()))
                .build();
    }

    public static Outcome waiting(TrackingId flow, int tries, long atMs) {
        return at(flow, atMs)
                .setWaiting(Waiting.newBuilder()
                        .setOperator("validate")
                        .setError("TIMEOUT: no answer")
                        .setTries(tries)
                        .setNextTryAtMs(DAY_MS + atMs + 500))
                .build();
    }

    public static Outcome part(TrackingId flow, PartState state, int attempt, Integer... path) {
        return at(flow, 2)
                .setPart(PartOutcome.newBuilder()
                        .addAllPath(List.of(path))
                        .setState(state)
                        .setAttempt(attempt)
                        .setLabel(path.length == 0 ? "" : "E2E-" + path[path.length - 1])
                        .addAllOutputs(state == PartState.PASSED ? List.of("cleared") : List.of()))
                .build();
    }

    public static Outcome deadLettered(TrackingId flow, String code, int attempt, Integer... path) {
        Outcome part = part(flow, PartState.DEAD_LETTERED, attempt, path);
        return part.toBuilder()
                .setPart(part.getPart().toBuilder()
                        .setDeadLetterId(flow + ".main." + List.of(path))
                        .setOperator("validate")
                        .setErrorCode(code)
                        .setErrorMessage("expected better, but was " + code))
                .build();
    }

    public static Outcome result(TrackingId flow, int number, Result result, long leaves, long succeeded) {
        return at(flow, 10L * number)
                .setResult(FlowResult.newBuilder()
                        .setTrackingId(flow.toByteString())
                        .setNumber(number)
                        .setResult(result)
                        .setLeaves(leaves)
                        .setSucceeded(succeeded)
                        .setFailed(leaves - succeeded)
                        .setOpenDeadLetters(leaves - succeeded))
                .build();
    }

    private static Outcome.Builder at(TrackingId flow, long afterMs) {
        return Outcome.newBuilder().setTrackingId(flow.toByteString()).setAtMs(DAY_MS + afterMs);
    }

    public static ConsumerRecord<byte[], byte[]> block(long offset, List<Outcome> outcomes) {
        return block(offset, "payment-files", outcomes);
    }

    public static ConsumerRecord<byte[], byte[]> block(long offset, String pipeline, List<Outcome> outcomes) {
        OutcomeBlock block = OutcomeBlock.newBuilder()
                .setPipeline(pipeline)
                .setPipelineVersion(3)
                .setStage("main")
                .addAllOutcomes(outcomes)
                .build();
        return record(offset, LogFormats.encode(block));
    }

    static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
        return new ConsumerRecord<>(TOPIC, PARTITION.partition(), offset, new byte[0], value);
    }

    /** All in one batch of one record each. */
    static List<ConsumerRecord<byte[], byte[]>> batch(long firstOffset, List<Outcome> outcomes) {
        return IntStream.range(0, outcomes.size())
                .mapToObj(index -> block(firstOffset + index, List.of(outcomes.get(index))))
                .toList();
    }
}
