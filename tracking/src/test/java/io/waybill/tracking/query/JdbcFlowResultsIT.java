package io.waybill.tracking.query;

import static io.waybill.tracking.projection.Told.flow;
import static io.waybill.tracking.projection.Told.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.Result;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.ResultView;
import io.waybill.tracking.ResultsBusyException;
import io.waybill.tracking.autoconfigure.TrackingDatabase;
import io.waybill.tracking.projection.OutcomeProjection;
import io.waybill.tracking.projection.Told;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcFlowResultsIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    static final TrackingDatabase database = new TrackingDatabase();

    private OutcomeProjection projection = new OutcomeProjection(Told.TOPIC, database.dataSource());
    private JdbcFlowResults results = new JdbcFlowResults(database.jdbc(), 3);
    private long offset;

    @BeforeEach
    void beginsAnew() {
        projection = new OutcomeProjection(Told.TOPIC, database.dataSource());
        results = new JdbcFlowResults(database.jdbc(), 3);
    }

    @AfterEach
    void ends() {
        results.close();
    }

    private void tell(Outcome... outcomes) {
        projection.apply(Told.PARTITION, offset, offset + 1, List.of(Told.block(offset, List.of(outcomes))));
        offset++;
    }

    @Test
    void a_result_that_is_there_is_told() {
        tell(result(flow(1), 1, Result.ACK, 1, 1));

        assertThat(results.next(flow(1), 0))
                .succeedsWithin(SOON)
                .satisfies(found -> assertThat(found)
                        .extracting(ResultView::number, ResultView::status)
                        .containsExactly(org.assertj.core.groups.Tuple.tuple(1, FlowStatus.ACK)));
    }

    @Test
    void who_waits_is_told_when_the_result_is_projected_and_others_wait_on() {
        CompletableFuture<List<ResultView>> awaited = results.next(flow(1), 0);
        CompletableFuture<List<ResultView>> other = results.next(flow(2), 0);

        tell(result(flow(1), 1, Result.NACK, 1, 0));

        assertThat(awaited).succeedsWithin(SOON);
        assertThat(other).isNotDone();
        assertThat(results.waiting()).isEqualTo(1);
    }

    @Test
    void who_has_seen_the_first_is_told_of_the_repair_only() {
        tell(result(flow(1), 1, Result.NACK, 1, 0));
        CompletableFuture<List<ResultView>> awaited = results.next(flow(1), 1);

        tell(result(flow(1), 2, Result.ACK, 1, 1));

        assertThat(awaited)
                .succeedsWithin(SOON)
                .satisfies(found ->
                        assertThat(found).extracting(ResultView::number).containsExactly(2));
    }

    @Test
    void who_gives_up_makes_room_for_others() {
        CompletableFuture<List<ResultView>> first = results.next(flow(1), 0);
        CompletableFuture<List<ResultView>> second = results.next(flow(2), 0);
        CompletableFuture<List<ResultView>> third = results.next(flow(3), 0);

        assertThat(results.next(flow(4), 0))
                .failsWithin(SOON)
                .withThrowableThat()
                .withCauseInstanceOf(ResultsBusyException.class)
                .withMessageContaining("RESULTS_BUSY");
        assertThat(first.cancel(false)).isTrue();

        assertThat(results.next(flow(4), 0)).isNotDone();
        assertThat(List.of(second, third)).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void nobody_waits_for_an_application_that_ends() {
        CompletableFuture<List<ResultView>> awaited = results.next(flow(1), 0);

        results.close();

        assertThat(awaited).isCancelled();
        assertThat(results.next(flow(1), 0))
                .failsWithin(SOON)
                .withThrowableThat()
                .isInstanceOf(CancellationException.class);
    }
}
