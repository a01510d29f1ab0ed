package io.waybill.tracking.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.Control;
import io.waybill.format.v1.Incident;
import io.waybill.tracking.Incidents;
import io.waybill.tracking.Incidents.IncidentView;
import io.waybill.tracking.OrderNotAcknowledgedException;
import io.waybill.tracking.autoconfigure.TrackingDatabase;
import io.waybill.tracking.projection.IncidentProjection;
import io.waybill.tracking.projection.Told;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IncidentsIT {

    @RegisterExtension
    static final TrackingDatabase database = new TrackingDatabase();

    private static final TopicPartition PARTITION = new TopicPartition("waybill.incidents", 0);
    private static final Instant NOW = Instant.ofEpochMilli(Told.DAY_MS);

    private final IncidentProjection projection = new IncidentProjection(PARTITION.topic(), database.dataSource());
    private final ListWriter writer = new ListWriter();
    private final JdbcIncidents incidents =
            new JdbcIncidents(database.jdbc(), writer, "waybill.control", InstantSource.fixed(NOW));
    private long next;

    @Test
    void openAndClosedIncidentsAreListedNewestFirst() {
        apply(opened("a", 1), opened("b", 2), opened("c", 3), closed("b"));

        assertThat(incidents.incidents(false, 10)).extracting(IncidentView::id).containsExactly("c", "b", "a");
        assertThat(incidents.incidents(true, 1)).extracting(IncidentView::id).containsExactly("c");
        assertThat(incidents.incident("b").orElseThrow().closedBy()).isEqualTo("the engine");
    }

    @Test
    void closingIsFinal() {
        apply(opened("a", 1), closed("a"));
        apply(opened("a", 1));

        assertThat(incidents.incident("a").orElseThrow().open()).isFalse();
    }

    @Test
    void anIncidentOutlivesItsRemovalFromTheLog() {
        apply(opened("a", 1), closed("a"));
        applyValues(Stream.of((byte @Nullable []) null).toArray(byte @Nullable [][]::new));

        assertThat(incidents.incident("a")).isPresent();
    }

    @Test
    void hostileTextDoesNotStopIt() {
        String hostile = "\0".repeat(10_000);
        apply(opened("a", 1).toBuilder()
                .setTitle(hostile)
                .setDetail(hostile)
                .setCause(hostile)
                .setOperator(hostile)
                .build());

        assertThat(incidents.incident("a").orElseThrow().detail()).hasSize(4_000);
        assertThat(incidents.incident("\0")).isEmpty();
    }

    @Test
    void aDamagedTrackingIdIsUnreadable() {
        Incident damaged = opened("a", 1).toBuilder()
                .setTrackingId(ByteString.copyFromUtf8("short"))
                .build();

        assertThatThrownBy(() -> apply(damaged)).isInstanceOf(UnreadableLogException.class);
    }

    @Test
    void aRetryIsWrittenToTheControlTopic() {
        apply(opened("a", 1));

        incidents.retry("a", "ann");

        ProducerRecord<byte[], byte[]> written = writer.records.getFirst();
        assertThat(written.topic()).isEqualTo("waybill.control");
        assertThat(written.partition()).isZero();
        Control order = LogFormats.decode(Control.parser(), written.value(), "the order");
        assertThat(order.getRequestedBy()).isEqualTo("ann");
        assertThat(order.getRequestedAtMs()).isEqualTo(NOW.toEpochMilli());
        assertThat(order.getRetryIncident())
                .isEqualTo(Control.RetryIncident.newBuilder()
                        .setIncidentId("a")
                        .setPipeline("payment-files")
                        .setStage("main")
                        .setPartition(2)
                        .build());
    }

    @Test
    void aRetryThatTheBrokerDoesNotAcknowledgeSaysSo() {
        apply(opened("a", 1));
        writer.failure = new TimeoutException("no broker");

        assertThatThrownBy(() -> incidents.retry("a", "ann"))
                .isInstanceOf(OrderNotAcknowledgedException.class)
                .hasMessageContaining("waybill.control");
    }

    @Test
    void whatCannotBeRetriedIsRefusedAndWritesNothing() {
        Incident last = opened("last", 2).toBuilder().setRetryable(false).build();
        apply(opened("closed", 1), closed("closed"), last);

        assertThatThrownBy(() -> incidents.retry("none", "ann")).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> incidents.retry("closed", "ann"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("by the engine");
        assertThatThrownBy(() -> incidents.retry("last", "ann"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("TASK_STOPPED");
        assertThat(writer.records).isEmpty();
    }

    @Test
    void aDecisionIsWrittenToTheControlTopic() {
        apply(inDoubt("a"));

        incidents.decide("a", Incidents.Decision.ROLL_BACK, "ann");

        Control order =
                LogFormats.decode(Control.parser(), writer.records.getFirst().value(), "the order");
        assertThat(order.getRequestedBy()).isEqualTo("ann");
        assertThat(order.getDecideInDoubt())
                .isEqualTo(Control.DecideInDoubt.newBuilder()
                        .setIncidentId("a")
                        .setPipeline("payment-files")
                        .setDecision(Control.DecideInDoubt.Decision.ROLL_BACK)
                        .build());
    }

    @Test
    void whereNothingIsInDoubtADecisionIsRefusedAndWritesNothing() {
        apply(opened("stopped", 1), closed("closed"));

        for (String id : List.of("stopped", "closed")) {
            assertThatThrownBy(() -> incidents.decide(id, Incidents.Decision.COMMIT, "ann"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(id);
        }
        assertThatThrownBy(() -> incidents.decide("none", Incidents.Decision.COMMIT, "ann"))
                .isInstanceOf(NoSuchElementException.class);
        assertThat(writer.records).isEmpty();
    }

    private static Incident inDoubt(String id) {
        return opened(id, 1).toBuilder()
                .setKind(Incident.Kind.IN_DOUBT)
                .setPartition(-1)
                .setRetryable(false)
                .build();
    }

    private static Incident opened(String id, int second) {
        return Incident.newBuilder()
                .setId(id)
                .setKind(Incident.Kind.TASK_STOPPED)
                .setOpen(true)
                .setPipeline("payment-files")
                .setStage("main")
                .setPartition(2)
                .setCode("TASK_STOPPED")
                .setTitle("The task stopped")
                .setOpenedAtMs(Told.DAY_MS + 1_000L * second)
                .setRetryable(true)
                .build();
    }

    private static Incident closed(String id) {
        return opened(id, 2).toBuilder()
                .setOpen(false)
                .setClosedAtMs(Told.DAY_MS + 9_000)
                .setClosedBy("the engine")
                .build();
    }

    private void apply(Incident... told) {
        applyValues(Stream.of(told).map(LogFormats::encode).toArray(byte[][]::new));
    }

    private void applyValues(byte @Nullable []... values) {
        long expected = next;
        List<ConsumerRecord<byte[], byte[]>> records = Stream.of(values)
                .map(value -> new ConsumerRecord<>(PARTITION.topic(), 0, next++, new byte[0], value))
                .toList();
        assertThat(projection.apply(PARTITION, expected, next, records)).isTrue();
    }
}
