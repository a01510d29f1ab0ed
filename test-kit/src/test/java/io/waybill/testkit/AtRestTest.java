package io.waybill.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.PartOutcome;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.Received;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.ResultBlock;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A check that finds nothing proves nothing: here somebody writes what the engine never would. */
class AtRestTest {

    private static final TrackingId FLOW = TrackingId.of(1, new byte[] {1});

    private final Cluster cluster = new Cluster(Shop.pipeline(), Setup.defaults());

    @AfterEach
    void close() {
        cluster.close();
    }

    private List<String> violations(TrackingId... sent) {
        cluster.settle();
        return new AtRest(
                        cluster,
                        List.of(sent).stream().map(TrackingId::toString).toList())
                .check();
    }

    private void says(Outcome... outcomes) {
        OutcomeBlock block = OutcomeBlock.newBuilder()
                .setStage("source")
                .addAllOutcomes(List.of(outcomes).stream()
                        .map(outcome -> outcome.toBuilder()
                                .setTrackingId(FLOW.toByteString())
                                .build())
                        .toList())
                .build();
        write("waybill.outcomes", LogFormats.encode(block));
    }

    private void write(String topic, byte[] value) {
        Writing.write(cluster.log(), new ProducerRecord<>(topic, 0, null, value));
    }

    private static Outcome received() {
        return Outcome.newBuilder().setReceived(Received.getDefaultInstance()).build();
    }

    private static Outcome part(PartState state) {
        return Outcome.newBuilder()
                .setPart(PartOutcome.newBuilder().setState(state))
                .build();
    }

    private Outcome result(Result result, long leaves, long succeeded) {
        FlowResult published = FlowResult.newBuilder()
                .setTrackingId(FLOW.toByteString())
                .setResult(result)
                .setNumber(1)
                .setLeaves(leaves)
                .setSucceeded(succeeded)
                .setFailed(leaves - succeeded)
                .build();
        write(
                "waybill.results",
                LogFormats.encode(ResultBlock.newBuilder().addResults(published).build()));
        return Outcome.newBuilder().setResult(published).build();
    }

    @Test
    void isContentWithAWholeFlow() {
        says(received(), part(PartState.PASSED), result(Result.ACK, 1, 1));

        assertThat(violations(FLOW)).isEmpty();
    }

    @Test
    void findsAFlowOfWhichNothingWasSaid() {
        assertThat(violations(FLOW)).containsExactly("nothing was said of flow " + FLOW);
    }

    @Test
    void findsAFlowThatNobodySent() {
        says(received(), part(PartState.PASSED), result(Result.ACK, 1, 1));

        assertThat(violations()).containsExactly("flow " + FLOW + " was never sent");
    }

    @Test
    void findsAFlowWithoutAResult() {
        says(received(), part(PartState.PASSED));

        assertThat(violations(FLOW)).containsExactly("flow " + FLOW + " has no result");
    }

    @Test
    void findsAResultThatItsRecordsDoNotMake() {
        says(received(), part(PartState.DISCARDED), result(Result.ACK, 1, 1));

        assertThat(violations(FLOW))
                .hasSize(2)
                .anyMatch(text -> text.contains("expected leaves, succeeded, failed and open to be [1, 0, 1, 0]"))
                .anyMatch(text -> text.contains("expected NACK, but was ACK"));
    }

    @Test
    void findsTwoOutcomesOfOneRecord() {
        says(received(), part(PartState.PASSED), part(PartState.PASSED), result(Result.ACK, 1, 1));

        assertThat(violations(FLOW)).containsExactly("flow " + FLOW + " has two outcomes of source[]#0");
    }

    @Test
    void findsOutputsThatNobodyAccountsForOrThatCameTwice() {
        for (int i = 0; i < 2; i++) {
            ProducerRecord<byte[], byte[]> output = new ProducerRecord<>("shipped", 0, null, new byte[0]);
            output.headers().add("Message-Id", (FLOW + "//shipped/0").getBytes(UTF_8));
            Writing.write(cluster.log(), output);
        }

        assertThat(violations())
                .contains("output " + FLOW + "//shipped/0 was written twice")
                .contains("output " + FLOW + "//shipped/0 stands for no outcome");
    }

    @Test
    void findsOutputsThatAreMissing() {
        Outcome passed = Outcome.newBuilder()
                .setPart(PartOutcome.newBuilder().setState(PartState.PASSED).addOutputs("shipped"))
                .build();
        says(received(), passed, result(Result.ACK, 1, 1));

        assertThat(violations(FLOW))
                .containsExactly("flow " + FLOW + " has no output " + FLOW + "//shipped/…, as an outcome says");
    }
}
