package io.waybill.audit.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.waybill.audit.AuditEntry;
import io.waybill.audit.AuditQueries.Filter;
import io.waybill.audit.fixture.AuditDatabase;
import io.waybill.audit.query.JdbcAuditQueries;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.Control;
import io.waybill.format.v1.Control.DecideInDoubt.Decision;
import io.waybill.format.v1.PipelineOrder;
import io.waybill.format.v1.PipelineOrder.Wanted;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ControlProjectionIT {

    @RegisterExtension
    static final AuditDatabase database = new AuditDatabase();

    private static final TopicPartition PARTITION = new TopicPartition("waybill.control", 0);

    private final ControlProjection projection = new ControlProjection(PARTITION.topic(), database.dataSource());

    private static Control.Builder order(String id) {
        return Control.newBuilder().setId(id).setRequestedBy("anton").setRequestedAtMs(1_000);
    }

    private static List<Control> three() {
        return List.of(
                order("a")
                        .setPipelineOrder(PipelineOrder.newBuilder()
                                .setId("a")
                                .setPipeline("payments")
                                .setWanted(Wanted.PAUSED)
                                .setReason("month's end"))
                        .build(),
                order("b")
                        .setRetryIncident(Control.RetryIncident.newBuilder()
                                .setIncidentId("incident-1")
                                .setPipeline("payments")
                                .setStage("source")
                                .setPartition(2))
                        .build(),
                order("c")
                        .setDecideInDoubt(Control.DecideInDoubt.newBuilder()
                                .setIncidentId("incident-2")
                                .setPipeline("payments")
                                .setDecision(Decision.ROLL_BACK))
                        .build());
    }

    private boolean apply(long expected, List<Control> orders) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Control order : orders) {
            records.add(new ConsumerRecord<>(
                    PARTITION.topic(), 0, expected + records.size(), new byte[0], LogFormats.encode(order)));
        }
        return projection.apply(PARTITION, expected, expected + orders.size(), records);
    }

    private static List<AuditEntry> entries() {
        return new JdbcAuditQueries(database.dataSource())
                .entries(Filter.ALL, null, 100)
                .entries()
                .reversed();
    }

    @Test
    void orders_on_the_log_are_entered_with_who_gave_them_and_why() {
        assertThat(apply(0, three())).isTrue();

        assertThat(entries())
                .extracting(
                        AuditEntry::actor,
                        AuditEntry::action,
                        AuditEntry::subject,
                        AuditEntry::pipeline,
                        AuditEntry::reason,
                        AuditEntry::detail)
                .containsExactly(
                        tuple(
                                "anton",
                                "PIPELINE_ORDERED",
                                "payments",
                                "payments",
                                "month's end",
                                "{\"wanted\":\"PAUSED\"}"),
                        tuple(
                                "anton",
                                "INCIDENT_RETRY_ORDERED",
                                "incident-1",
                                "payments",
                                null,
                                "{\"partition\":2,\"stage\":\"source\"}"),
                        tuple(
                                "anton",
                                "IN_DOUBT_DECIDED",
                                "incident-2",
                                "payments",
                                null,
                                "{\"decision\":\"ROLL_BACK\"}"));
        assertThat(projection.positions()).containsEntry(PARTITION, 3L);
    }

    @Test
    void a_rival_that_was_faster_leaves_nothing_to_do() {
        assertThat(apply(0, three())).isTrue();

        assertThat(apply(0, three())).isFalse();
        assertThat(entries()).hasSize(3);
    }

    @Test
    void a_position_that_was_lost_doubles_no_entry() {
        assertThat(apply(0, three())).isTrue();
        int unused = database.jdbc().sql("TRUNCATE waybill.audit_position").update();

        assertThat(apply(0, three())).isTrue();

        assertThat(entries()).hasSize(3);
    }

    @Test
    void an_order_of_a_later_version_is_entered_as_it_is() {
        assertThat(apply(0, List.of(order("d").build()))).isTrue();

        assertThat(entries()).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("OTHER_ORDERED");
            assertThat(entry.subject()).isEqualTo("d");
            assertThat(entry.detail()).contains("\"record\"");
        });
    }
}
