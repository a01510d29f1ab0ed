package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.PartOutcome;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.Received;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.ResultBlock;
import io.waybill.format.v1.SmoothFlows;
import io.waybill.format.v1.SmoothResults;
import io.waybill.format.v1.Waiting;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OutcomeBlocksTest {

    private static final ByteString FIRST = new TrackingId(new UUID(1, 1)).toByteString();
    private static final ByteString SECOND = new TrackingId(new UUID(2, 2)).toByteString();

    @Test
    void tells_a_smooth_flow_as_the_outcomes_it_stands_for() {
        OutcomeBlock block = OutcomeBlock.newBuilder()
                .setPipeline("payments")
                .addSmooth(SmoothFlows.newBuilder()
                        .setSourceTopic("in")
                        .setState(PartState.PASSED)
                        .addOutputs("out")
                        .setTrackingIds(FIRST.concat(SECOND))
                        .addAllReceivedAtMs(List.of(10L, 20L))
                        .addAllSettledAtMs(List.of(11L, 21L))
                        .addAllSourcePartitions(List.of(3, 3))
                        .addAllSourceOffsets(List.of(100L, 101L))
                        .addAllSourceTimestampsMs(List.of(5L, 6L))
                        .addAllMessageIds(List.of("m1", "m2"))
                        .addAllBatchIds(List.of("", "b2"))
                        .addAllKeys(List.of(ByteString.copyFromUtf8("k1"), ByteString.EMPTY))
                        .addAllSizesBytes(List.of(200L, 201L))
                        .addAllNames(List.of("", "file.xml")))
                .build();

        List<Outcome> told = OutcomeBlocks.outcomes(block, "block");

        Outcome.Builder second = Outcome.newBuilder().setTrackingId(SECOND).setAtMs(21);
        assertThat(told)
                .hasSize(6)
                .endsWith(
                        Outcome.newBuilder()
                                .setTrackingId(SECOND)
                                .setAtMs(20)
                                .setReceived(Received.newBuilder()
                                        .setSourceTopic("in")
                                        .setSourcePartition(3)
                                        .setSourceOffset(101)
                                        .setSourceTimestampMs(6)
                                        .setMessageId("m2")
                                        .setBatchId("b2")
                                        .setSizeBytes(201)
                                        .setName("file.xml"))
                                .build(),
                        second.setPart(PartOutcome.newBuilder()
                                        .setState(PartState.PASSED)
                                        .addOutputs("out"))
                                .build(),
                        second.setResult(ack(SECOND, 21, "m2", "b2")).build());
        assertThat(told.getFirst().getTrackingId()).isEqualTo(FIRST);
        assertThat(told.getFirst().getReceived().getKey().toStringUtf8()).isEqualTo("k1");
    }

    @Test
    void tells_other_outcomes_as_they_are() {
        Outcome waiting = Outcome.newBuilder()
                .setTrackingId(FIRST)
                .setWaiting(Waiting.newBuilder().setTries(2))
                .build();

        assertThat(OutcomeBlocks.outcomes(
                        OutcomeBlock.newBuilder().addOutcomes(waiting).build(), "block"))
                .containsExactly(waiting);
    }

    @Test
    void tells_smooth_results_beside_others() {
        FlowResult other = FlowResult.newBuilder()
                .setTrackingId(FIRST)
                .setResult(Result.NACK)
                .build();
        ResultBlock block = ResultBlock.newBuilder()
                .addResults(other)
                .addSmooth(SmoothResults.newBuilder()
                        .setPipeline("payments")
                        .setTrackingIds(SECOND)
                        .addAtMs(21)
                        .addMessageIds("m2")
                        .addBatchIds("b2"))
                .build();

        assertThat(OutcomeBlocks.results(block, "block")).containsExactly(other, ack(SECOND, 21, "m2", "b2"));
    }

    @Test
    void refuses_columns_of_different_lengths() {
        OutcomeBlock outcomes = OutcomeBlock.newBuilder()
                .addSmooth(SmoothFlows.newBuilder().setTrackingIds(FIRST).addReceivedAtMs(1))
                .build();
        ResultBlock results = ResultBlock.newBuilder()
                .addSmooth(SmoothResults.newBuilder().setTrackingIds(FIRST))
                .build();

        assertThatThrownBy(() -> OutcomeBlocks.outcomes(outcomes, "waybill.outcomes-0@7"))
                .isInstanceOf(UnreadableLogException.class)
                .hasMessageContaining("waybill.outcomes-0@7");
        assertThatThrownBy(() -> OutcomeBlocks.results(results, "waybill.results-0@7"))
                .isInstanceOf(UnreadableLogException.class);
    }

    private static FlowResult ack(ByteString flow, long atMs, String messageId, String batchId) {
        return FlowResult.newBuilder()
                .setTrackingId(flow)
                .setResult(Result.ACK)
                .setNumber(1)
                .setLeaves(1)
                .setSucceeded(1)
                .setAtMs(atMs)
                .setPipeline("payments")
                .setMessageId(messageId)
                .setBatchId(batchId)
                .build();
    }
}
