package io.waybill.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.waybill.format.ColumnarMessage.Column;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.SmoothFlows;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written column by column is read as the message that the generated code would have written. */
class ColumnarMessageTest {

    private static final String WHAT = "block";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 127, 128, 5_000})
    void reads_as_the_message_with_the_same_entries(int entries) {
        Random random = new Random(entries);
        SmoothFlows.Builder expected =
                SmoothFlows.newBuilder().setSourceTopic("in").setState(PartState.PASSED);
        ColumnarMessage written = new ColumnarMessage(expected.build());
        Column ids = written.bytes(SmoothFlows.TRACKING_IDS_FIELD_NUMBER);
        Column offsets = written.numbers(SmoothFlows.SOURCE_OFFSETS_FIELD_NUMBER);
        Column partitions = written.numbers(SmoothFlows.SOURCE_PARTITIONS_FIELD_NUMBER);
        Column messageIds = written.values(SmoothFlows.MESSAGE_IDS_FIELD_NUMBER);
        Column keys = written.values(SmoothFlows.KEYS_FIELD_NUMBER);
        ByteString expectedIds = ByteString.EMPTY;
        for (int n = 0; n < entries; n++) {
            TrackingId id = new TrackingId(new UUID(random.nextLong(), random.nextLong()));
            long offset = random.nextLong() >> random.nextInt(Long.SIZE);
            int partition = random.nextInt() >> random.nextInt(Integer.SIZE);
            String messageId = "ü" + "x".repeat(random.nextInt(300));
            byte[] key =
                    random.nextBoolean() ? new byte[0] : Long.toString(offset).getBytes(UTF_8);
            expectedIds = expectedIds.concat(id.toByteString());
            expected.addSourceOffsets(offset)
                    .addSourcePartitions(partition)
                    .addMessageIds(messageId)
                    .addKeys(ByteString.copyFrom(key));
            ids.add(id);
            offsets.add(offset);
            partitions.add(partition);
            messageIds.add(messageId);
            keys.add(key);
        }

        byte[] bytes = LogFormats.encode(written);

        assertThat(LogFormats.decode(SmoothFlows.parser(), bytes, WHAT))
                .isEqualTo(expected.setTrackingIds(expectedIds).build());
    }

    @Test
    void holds_messages_that_grow_after_they_were_embedded() {
        ColumnarMessage block =
                new ColumnarMessage(OutcomeBlock.newBuilder().setPipeline("p").build());
        ColumnarMessage first = new ColumnarMessage(SmoothFlows.getDefaultInstance());
        Column offsets = first.numbers(SmoothFlows.SOURCE_OFFSETS_FIELD_NUMBER);
        block.embed(OutcomeBlock.SMOOTH_FIELD_NUMBER, first);
        block.embed(OutcomeBlock.SMOOTH_FIELD_NUMBER, new ColumnarMessage(SmoothFlows.getDefaultInstance()));
        offsets.add(7);

        OutcomeBlock read = LogFormats.decode(OutcomeBlock.parser(), LogFormats.encode(block), WHAT);

        assertThat(read)
                .isEqualTo(OutcomeBlock.newBuilder()
                        .setPipeline("p")
                        .addSmooth(SmoothFlows.newBuilder().addSourceOffsets(7))
                        .addSmooth(SmoothFlows.getDefaultInstance())
                        .build());
    }
}
