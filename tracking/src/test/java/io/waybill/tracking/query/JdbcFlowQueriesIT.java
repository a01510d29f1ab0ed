package io.waybill.tracking.query;

import static io.waybill.tracking.projection.Told.byTask;
import static io.waybill.tracking.projection.Told.deadLettered;
import static io.waybill.tracking.projection.Told.flow;
import static io.waybill.tracking.projection.Told.part;
import static io.waybill.tracking.projection.Told.received;
import static io.waybill.tracking.projection.Told.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.Result;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.FlowQueries.CauseCount;
import io.waybill.tracking.FlowQueries.FlowFilter;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.FlowView;
import io.waybill.tracking.FlowQueries.PartStatus;
import io.waybill.tracking.FlowQueries.PartView;
import io.waybill.tracking.InvalidQueryException;
import io.waybill.tracking.autoconfigure.TrackingDatabase;
import io.waybill.tracking.projection.OutcomeProjection;
import io.waybill.tracking.projection.Told;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcFlowQueriesIT {

    @RegisterExtension
    static final TrackingDatabase database = new TrackingDatabase();

    private static final FlowFilter ALL = new FlowFilter(null, null, null);

    private final FlowQueries flows = new JdbcFlowQueries(database.jdbc(), () -> 42);

    /** Flows 0 to 24: one third whole, one third partial with 12 parts, one third still in progress. */
    @BeforeEach
    void projectsFlows() {
        List<Outcome> told = new ArrayList<>();
        for (int n = 0; n < 25; n++) {
            TrackingId flow = flow(n);
            told.add(received(flow, byTask("m-" + n, "file-" + n + ".xml")));
            if (n % 3 == 0) {
                told.add(result(flow, 1, Result.ACK, 1, 1));
            } else if (n % 3 == 1) {
                told.add(part(flow, PartState.SPLIT, 0));
                for (int number = 1; number <= 12; number++) {
                    String code = number == 12 ? "INVALID_BIC" : "INVALID_IBAN";
                    told.add(
                            number % 4 == 0
                                    ? deadLettered(flow, code, 0, number)
                                    : part(flow, PartState.PASSED, 0, number));
                }
                told.add(result(flow, 1, Result.PARTIAL, 12, 9));
            }
        }
        new OutcomeProjection(Told.TOPIC, database.dataSource())
                .apply(Told.PARTITION, 0, 1, List.of(Told.block(0, told)));
    }

    @Test
    void aFlowIsFoundWithItsResults() {
        FlowView view = flows.flow(flow(1)).orElseThrow();

        assertThat(view.status()).isEqualTo(FlowStatus.PARTIAL);
        assertThat(view.receivedAt()).isEqualTo(Instant.ofEpochMilli(Told.DAY_MS + 1));
        assertThat(view.openDeadLetters()).isEqualTo(3);
        assertThat(view.results())
                .singleElement()
                .satisfies(result -> assertThat(result.succeeded()).isEqualTo(9));
    }

    @Test
    void aFlowLeadsToThoseItCausedAndTheyLeadBack() {
        Outcome.Builder caused = received(flow(30), byTask("m-30", "")).toBuilder();
        caused.getReceivedBuilder().setCausedBy(flow(1).toByteString());
        new OutcomeProjection(Told.TOPIC, database.dataSource())
                .apply(Told.PARTITION, 1, 2, List.of(Told.block(1, "settlement", List.of(caused.build()))));

        assertThat(flows.ledTo(flow(1), 10)).extracting(FlowView::trackingId).containsExactly(flow(30));
        assertThat(flows.flow(flow(30)).orElseThrow().causedBy()).isEqualTo(flow(1));
        assertThat(flows.flows(new FlowFilter(null, null, flow(1).toString()), null, 10)
                        .flows())
                .extracting(FlowView::trackingId)
                .containsExactly(flow(30), flow(1));
    }

    @Test
    void aPartSaysInWhichOtherPipelineTheFlowWentOnWithIt() {
        new OutcomeProjection(Told.TOPIC, database.dataSource())
                .apply(
                        Told.PARTITION,
                        1,
                        2,
                        List.of(Told.block(1, "settlement", List.of(part(flow(1), PartState.PASSED, 0, 1, 1)))));

        assertThat(flows.flow(flow(1)).orElseThrow().pipeline()).isEqualTo("payment-files");
        assertThat(flows.parts(flow(1), null, null, 3).parts())
                .extracting(PartView::path, PartView::pipeline)
                .containsExactly(tuple("", null), tuple("1", null), tuple("1.1", "settlement"));
    }

    @Test
    void anUnknownFlowIsAbsent() {
        assertThat(flows.flow(flow(99))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 24, 25, 26, 500})
    void pagesShowEveryFlowOnceNewestFirst(int limit) {
        List<TrackingId> seen = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            var page = flows.flows(ALL, cursor.orElse(null), limit);
            page.flows().forEach(view -> seen.add(view.trackingId()));
            cursor = Optional.ofNullable(page.nextCursor());
        } while (cursor.isPresent());

        assertThat(seen)
                .hasSize(25)
                .isSortedAccordingTo((a, b) -> b.compareTo(a))
                .doesNotHaveDuplicates();
    }

    @Test
    void filtersByPipelineAndStatus() {
        assertThat(flows.flows(new FlowFilter("payment-files", FlowStatus.IN_PROGRESS, null), null, 50)
                        .flows())
                .hasSize(8);
        assertThat(flows.flows(new FlowFilter("other", null, null), null, 50).flows())
                .isEmpty();
    }

    @Test
    void textFindsIdsNamesBatchesAndLabels() {
        assertThat(found(flow(4).toString())).containsExactly(flow(4));
        assertThat(found("m-4")).containsExactly(flow(4));
        assertThat(found("batch of m-4")).containsExactly(flow(4));
        assertThat(found("file-4.xml")).containsExactly(flow(4));
        assertThat(found("E2E-12")).hasSize(8).contains(flow(4));
        assertThat(found("nothing \0 of it")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 13, 14})
    void partsComeInTheOrderOfTheirNumbers(int limit) {
        List<String> paths = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            var page = flows.parts(flow(1), null, cursor.orElse(null), limit);
            page.parts().stream().map(PartView::path).forEach(paths::add);
            cursor = Optional.ofNullable(page.nextCursor());
        } while (cursor.isPresent());

        assertThat(paths).containsExactly("", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
    }

    @Test
    void partsAreFilteredByStatus() {
        assertThat(flows.parts(flow(1), PartStatus.DEAD_LETTERED, null, 50).parts())
                .extracting(PartView::path)
                .containsExactly("4", "8", "12");
    }

    @Test
    void causesAreCountedMostFrequentFirst() {
        assertThat(flows.causes(flow(1)))
                .containsExactly(
                        new CauseCount("INVALID_IBAN", "validate", 2, "expected better, but was INVALID_IBAN"),
                        new CauseCount("INVALID_BIC", "validate", 1, "expected better, but was INVALID_BIC"));
    }

    @Test
    void countsFlowsReceivedSince() {
        assertThat(flows.counts(Instant.ofEpochMilli(Told.DAY_MS + 22)))
                .containsEntry(FlowStatus.PARTIAL, 1L)
                .containsEntry(FlowStatus.IN_PROGRESS, 1L)
                .containsEntry(FlowStatus.ACK, 1L)
                .containsEntry(FlowStatus.NACK, 0L);
    }

    @Test
    void lagTellsRecordsAndTheTimeOfTheNewest() {
        assertThat(flows.lag().records()).isEqualTo(42);
        assertThat(flows.lag().asOf()).isEqualTo(Instant.ofEpochMilli(Told.DAY_MS + 10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "a3g", "a25vdC1hLXV1aWQ", "aw"})
    void aForeignCursorIsRefused(String cursor) {
        assertThatThrownBy(() -> flows.flows(ALL, cursor, 10))
                .isInstanceOf(InvalidQueryException.class)
                .hasMessageStartingWith("INVALID_CURSOR");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, 0, 501})
    void aLimitOutOfBoundsIsRefused(int limit) {
        assertThatThrownBy(() -> flows.parts(flow(1), null, null, limit))
                .isInstanceOf(InvalidQueryException.class)
                .hasMessage("INVALID_LIMIT: expected a limit from 1 to 500, but was " + limit);
    }

    private List<TrackingId> found(String text) {
        return flows.flows(new FlowFilter(null, null, text), null, 50).flows().stream()
                .map(FlowView::trackingId)
                .toList();
    }
}
