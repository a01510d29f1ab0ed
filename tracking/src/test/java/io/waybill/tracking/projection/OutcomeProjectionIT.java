package io.waybill.tracking.projection;

import static io.waybill.format.v1.PartState.DISCARDED;
import static io.waybill.format.v1.PartState.FILTERED;
import static io.waybill.format.v1.PartState.FORWARDED;
import static io.waybill.format.v1.PartState.PASSED;
import static io.waybill.format.v1.PartState.SPLIT;
import static io.waybill.tracking.projection.Told.block;
import static io.waybill.tracking.projection.Told.byTask;
import static io.waybill.tracking.projection.Told.deadLettered;
import static io.waybill.tracking.projection.Told.flow;
import static io.waybill.tracking.projection.Told.part;
import static io.waybill.tracking.projection.Told.received;
import static io.waybill.tracking.projection.Told.result;
import static io.waybill.tracking.projection.Told.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.PartOutcome;
import io.waybill.format.v1.Received;
import io.waybill.format.v1.Result;
import io.waybill.tracking.autoconfigure.TrackingDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeProjectionIT {

    @RegisterExtension
    static final TrackingDatabase database = new TrackingDatabase();

    private final OutcomeProjection projection = new OutcomeProjection(Told.TOPIC, database.dataSource());
    private long next;

    @Test
    void aSplitFlowIsProjectedWithItsPartsAndItsResult() {
        TrackingId flow = flow(1);
        apply(List.of(
                received(flow, byTask("m-1", "may.xml")),
                part(flow, SPLIT, 0),
                part(flow, PASSED, 0, 1),
                deadLettered(flow, "INVALID_IBAN", 0, 2),
                result(flow, 1, Result.PARTIAL, 2, 1)));

        assertThat(rows("flow"))
                .singleElement()
                .extracting("pipeline", "pipeline_version", "status", "message_id", "name", "leaves", "failed")
                .containsExactly("payment-files", 3, "PARTIAL", "m-1", "may.xml", 2L, 1L);
        assertThat(rows("part")).extracting("status").containsExactly("SPLIT", "PASSED", "DEAD_LETTERED");
        assertThat(rows("flow_result")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void whateverTheOrderTheEndIsTheSame(long seed) {
        TrackingId flow = flow(1);
        List<Outcome> told = new ArrayList<>(List.of(
                received(flow, byTask("m-1", "may.xml")),
                received(
                        flow,
                        Received.newBuilder()
                                .setByIntake(true)
                                .setMessageId("m-1")
                                .setName("may.xml")),
                waiting(flow, 1, 1),
                waiting(flow, 2, 3),
                part(flow, SPLIT, 0),
                part(flow, FILTERED, 0, 3),
                deadLettered(flow, "INVALID_IBAN", 0, 1),
                deadLettered(flow, "INVALID_BIC", 1, 1),
                part(flow, PASSED, 2, 1),
                deadLettered(flow, "INVALID_IBAN", 0, 2),
                deadLettered(flow, "INVALID_BIC", 1, 2),
                result(flow, 1, Result.PARTIAL, 3, 1),
                result(flow, 2, Result.PARTIAL, 3, 1),
                result(flow, 3, Result.PARTIAL, 3, 2)));
        Random random = new Random(seed);
        Collections.shuffle(told, random);
        told.addAll(told.subList(0, told.size() / 2).stream().toList());

        for (int from = 0; from < told.size(); ) {
            int to = Math.min(told.size(), from + 1 + random.nextInt(4));
            apply(told.subList(from, to));
            from = to;
        }

        assertThat(rows("flow"))
                .singleElement()
                .extracting(
                        "status", "result_number", "succeeded", "told_by", "source_offset", "batch_id", "waiting_since")
                .containsExactly("PARTIAL", 3, 2L, 2, 7L, "batch of m-1", null);
        assertThat(rows("part"))
                .extracting(row -> row.get("status") + " " + row.get("attempt") + " " + row.get("error_code"))
                .containsExactly("SPLIT 0 null", "PASSED 2 null", "DEAD_LETTERED 1 INVALID_BIC", "FILTERED 0 null");
        assertThat(rows("flow_result")).extracting("number").containsExactly(1, 2, 3);
    }

    @Test
    void aRecordThatWentThroughStagesEndsAsInTheLastAndKeepsAllItsOutputs() {
        TrackingId flow = flow(1);
        apply(List.of(forwarded(flow, "first", 0), forwarded(flow, "second", 0)));
        apply(List.of(deadLettered(flow, "INVALID_IBAN", 0)));
        assertThat(rows("part")).extracting("status").containsExactly("DEAD_LETTERED");

        apply(List.of(forwarded(flow, "first", 1)));
        apply(List.of(forwarded(flow, "second", 1)));
        apply(List.of(part(flow, PASSED, 1)));

        assertThat(rows("part"))
                .singleElement()
                .extracting(row -> row.get("status") + " " + row.get("outputs"))
                .isEqualTo("PASSED {first,second,cleared}");
    }

    private static Outcome forwarded(TrackingId flow, String output, int attempt) {
        Outcome.Builder forwarded = part(flow, FORWARDED, attempt).toBuilder();
        forwarded.getPartBuilder().addOutputs(output);
        return forwarded.build();
    }

    @Test
    void aReplayedPartKeepsTheDeadLetterItCameFrom() {
        TrackingId flow = flow(1);
        apply(List.of(deadLettered(flow, "INVALID_IBAN", 0, 1)));
        apply(List.of(part(flow, PASSED, 1, 1)));

        assertThat(rows("part"))
                .singleElement()
                .extracting("status", "dead_letter_id", "error_code")
                .containsExactly("PASSED", flow + ".main.[1]", null);
    }

    @Test
    void aDiscardedPartKeepsTheErrorItWasDiscardedFor() {
        TrackingId flow = flow(1);
        apply(List.of(deadLettered(flow, "INVALID_IBAN", 0, 1), deadLettered(flow, "INVALID_IBAN", 0, 2)));
        apply(List.of(part(flow, DISCARDED, 1, 1)));
        apply(List.of(part(flow, DISCARDED, 1, 2), part(flow, DISCARDED, 1, 2)));

        assertThat(rows("part")).extracting("status").containsOnly("DISCARDED");
        assertThat(rows("part")).extracting("error_code").containsOnly("INVALID_IBAN");
    }

    @Test
    void aFlowOfWhichNobodyToldTheReceiptIsThereAllTheSame() {
        apply(List.of(result(flow(5), 1, Result.ACK, 1, 1)));

        assertThat(rows("flow"))
                .singleElement()
                .extracting("status", "source_topic", "told_by")
                .containsExactly("ACK", null, 0);
        assertThat(database.jdbc()
                        .sql("SELECT (extract(epoch FROM received_at) * 1000)::bigint FROM waybill.flow")
                        .query(Long.class)
                        .single())
                .isEqualTo(Told.DAY_MS + 5);
    }

    @Test
    void aDuplicateNamesItsFirst() {
        apply(List.of(
                received(flow(2), byTask("m-1", "may.xml")),
                Told.duplicate(flow(2), flow(1)),
                result(flow(2), 1, Result.DUPLICATE, 0, 0)));

        assertThat(rows("flow"))
                .singleElement()
                .extracting("status", "duplicate_of")
                .containsExactly("DUPLICATE", flow(1).value());
    }

    @Test
    void whatWaitsShowsUntilTheFlowSettles() {
        apply(List.of(waiting(flow(1), 1, 1)));
        assertThat(rows("flow"))
                .singleElement()
                .extracting("status", "waiting_tries")
                .containsExactly("IN_PROGRESS", 1);

        apply(List.of(result(flow(1), 1, Result.ACK, 1, 1)));
        assertThat(rows("flow"))
                .singleElement()
                .extracting("status", "waiting_tries")
                .containsExactly("ACK", null);
    }

    @Test
    void aBatchThatComesTwiceIsAppliedOnce() {
        List<ConsumerRecord<byte[], byte[]>> batch =
                Told.batch(0, List.of(part(flow(1), PASSED, 0), result(flow(1), 1, Result.ACK, 1, 1)));

        assertThat(projection.apply(Told.PARTITION, 0, 2, batch)).isTrue();
        List<Map<String, @Nullable Object>> once = rows("flow");
        assertThat(projection.apply(Told.PARTITION, 0, 2, batch)).isFalse();

        assertThat(rows("flow")).isEqualTo(once);
        assertThat(projection.positions()).containsExactly(Map.entry(Told.PARTITION, 2L));
    }

    @Test
    void racingProjectorsApplyEachBatchOnce() throws Exception {
        int batches = 60;
        Callable<Integer> rival = () -> {
            OutcomeProjection own = new OutcomeProjection(Told.TOPIC, database.dataSource());
            int won = 0;
            long at = 0;
            while (at < batches) {
                List<Outcome> told =
                        List.of(part(flow((int) at), PASSED, 0), result(flow((int) at), 1, Result.ACK, 1, 1));
                won += own.apply(Told.PARTITION, at, at + 1, List.of(block(at, told))) ? 1 : 0;
                at = own.positions().getOrDefault(Told.PARTITION, 0L);
            }
            return won;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            int won = 0;
            for (Future<Integer> done : threads.invokeAll(List.of(rival, rival))) {
                won += done.get();
            }
            assertThat(won).isEqualTo(batches);
        }
        assertThat(rows("flow")).hasSize(batches);
        assertThat(rows("part")).hasSize(batches);
    }

    @Test
    void textThatPostgresRefusesOrThatIsTooLongDoesNotStopIt() {
        String hostile = "a\0b" + "é".repeat(9_999) + "\uD83D\uDE00";
        TrackingId flow = flow(1);
        Outcome failed = deadLettered(flow, hostile, 0, 1);
        PartOutcome part = failed.getPart().toBuilder()
                .setLabel(hostile)
                .setDeadLetterId(hostile)
                .setOperator(hostile)
                .addOutputs(hostile)
                .build();
        List<Outcome> told = List.of(
                received(flow, byTask(hostile, hostile).setBatchId(hostile).setSourceTopic(hostile)),
                waiting(flow, 1, 1).toBuilder()
                        .setWaiting(waiting(flow, 1, 1).getWaiting().toBuilder()
                                .setOperator(hostile)
                                .setError(hostile))
                        .build(),
                failed.toBuilder().setPart(part).build());
        apply(told);
        apply(told);

        assertThat(rows("flow"))
                .singleElement()
                .extracting("message_id", STRING)
                .startsWith("a\uFFFDb")
                .hasSize(512);
        assertThat(rows("part"))
                .singleElement()
                .extracting("error_message", STRING)
                .contains("a\uFFFDb");
    }

    @Test
    void timesThatNoClockSaysDoNotStopIt() {
        Outcome late = waiting(flow(1), 1, 1);
        apply(List.of(
                late.toBuilder()
                        .setAtMs(Long.MAX_VALUE)
                        .setWaiting(late.getWaiting().toBuilder().setNextTryAtMs(Long.MIN_VALUE))
                        .build(),
                part(flow(2), PASSED, 0).toBuilder().setAtMs(Long.MIN_VALUE).build()));

        assertThat(rows("flow")).hasSize(2);
    }

    @Test
    void aHundredThousandPartsAreProjectedAsNewAndMergedAsKnown() {
        TrackingId flow = flow(1);
        List<Outcome> parts = IntStream.rangeClosed(1, 100_000)
                .mapToObj(number -> part(flow, PASSED, 0, number))
                .toList();
        apply(List.of(received(flow, byTask("m-1", "may.xml"))));
        List<ConsumerRecord<byte[], byte[]>> blocks = IntStream.range(0, 10)
                .mapToObj(chunk -> block(next + chunk, parts.subList(chunk * 10_000, (chunk + 1) * 10_000)))
                .toList();

        applyBlocks(blocks.subList(0, 5));
        applyBlocks(blocks.subList(5, 10));
        applyBlocks(blocks.subList(0, 3).stream()
                .map(record -> Told.record(record.offset() + 10, record.value()))
                .toList());

        assertThat(database.jdbc()
                        .sql("SELECT count(*) FROM waybill.part")
                        .query(Long.class)
                        .single())
                .isEqualTo(100_000);
        assertThat(database.jdbc()
                        .sql("SELECT path[1] FROM waybill.part ORDER BY path DESC LIMIT 1")
                        .query(Integer.class)
                        .single())
                .isEqualTo(100_000);
    }

    @Test
    void aRecordThatIsNoBlockIsUnreadableAndMovesNothing() {
        OutcomeBlock shortId = OutcomeBlock.newBuilder()
                .addOutcomes(Outcome.newBuilder().setTrackingId(ByteString.copyFromUtf8("short")))
                .build();

        for (byte[] value : List.of(new byte[0], new byte[] {9, 1}, new byte[] {1, -1}, LogFormats.encode(shortId))) {
            assertThatThrownBy(() -> projection.apply(Told.PARTITION, 0, 1, List.of(Told.record(0, value))))
                    .isInstanceOf(UnreadableLogException.class)
                    .hasMessageContaining("waybill.outcomes-0@0");
        }
        assertThat(projection.positions()).isEmpty();
    }

    @Test
    void whatANewerEngineSaysIsPassedOver() {
        Outcome unknownState = part(flow(1), PASSED, 0, 1).toBuilder()
                .setPart(PartOutcome.newBuilder().addPath(1).setStateValue(99))
                .build();
        Outcome unknownEvent =
                Outcome.newBuilder().setTrackingId(flow(2).toByteString()).build();
        apply(List.of(unknownState, unknownEvent, part(flow(3), PASSED, 0)));

        assertThat(rows("flow")).hasSize(1);
    }

    private void apply(List<Outcome> told) {
        applyBlocks(Told.batch(next, told));
    }

    private void applyBlocks(List<ConsumerRecord<byte[], byte[]>> blocks) {
        long expected = next;
        next = blocks.getLast().offset() + 1;
        assertThat(projection.apply(Told.PARTITION, expected, next, blocks)).isTrue();
    }

    private static List<Map<String, @Nullable Object>> rows(String table) {
        String order = table.equals("part") ? "tracking_id, path" : "1, 2";
        return database.jdbc()
                .sql("SELECT * FROM waybill." + table + " ORDER BY " + order)
                .query()
                .listOfRows();
    }
}
