package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.waybill.log.LogAdmin;
import io.waybill.log.LogAdmin.GroupTimes;
import io.waybill.log.LogAdmin.TransactionProtocol;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterCheckTest {

    private static final EngineOptions STRICT = EngineOptions.DEFAULTS;
    private static final EngineOptions LENIENT = STRICT.withOlderBrokers();

    private final LogAdmin admin = mock(LogAdmin.class);

    @BeforeEach
    void aCurrentCluster() {
        when(admin.transactionProtocol()).thenReturn(TransactionProtocol.CURRENT);
        times(6_000, 6_000, 500);
    }

    @Test
    void says_nothing_of_a_cluster_that_can_do_everything() {
        assertThat(new ClusterCheck(admin, STRICT).warnings("g")).isEmpty();
    }

    @Test
    void refuses_brokers_that_do_not_know_the_transaction_protocol_and_names_the_property() {
        when(admin.transactionProtocol()).thenReturn(TransactionProtocol.TOO_OLD);

        assertThatThrownBy(() -> new ClusterCheck(admin, STRICT).warnings("g"))
                .isInstanceOf(ClusterTooOldException.class)
                .hasMessageStartingWith("TRANSACTIONS_TOO_OLD")
                .hasMessageContaining("waybill.engine.older-brokers=true");
    }

    @Test
    void warns_of_what_is_weaker_where_older_brokers_are_accepted() {
        when(admin.transactionProtocol()).thenReturn(TransactionProtocol.TOO_OLD);

        assertThat(new ClusterCheck(admin, LENIENT).warnings("g"))
                .singleElement()
                .asString()
                .startsWith("TRANSACTIONS_TOO_OLD")
                .contains("lost or doubled");
    }

    @Test
    void warns_of_a_feature_that_is_not_raised_and_names_the_command() {
        when(admin.transactionProtocol()).thenReturn(TransactionProtocol.NOT_RAISED);

        assertThat(new ClusterCheck(admin, STRICT).warnings("g"))
                .singleElement()
                .asString()
                .startsWith("TRANSACTIONS_TOO_OLD")
                .contains("kafka-features.sh upgrade --feature transaction.version=2");
    }

    @Test
    void warns_of_heartbeats_that_make_the_hand_over_slow() {
        times(6_000, 6_000, 5_000);

        assertThat(new ClusterCheck(admin, STRICT).warnings("g"))
                .singleElement()
                .asString()
                .startsWith("GROUP_TIMES_TOO_LONG")
                .contains("group.consumer.min.heartbeat.interval.ms");
    }

    @Test
    void warns_of_a_session_longer_than_the_one_that_was_asked_for() {
        times(6_000, 45_000, 500);

        assertThat(new ClusterCheck(admin, STRICT).warnings("g"))
                .singleElement()
                .asString()
                .startsWith("GROUP_TIMES_TOO_LONG")
                .contains("45000 ms instead of the 6000 ms")
                .contains("group.consumer.min.session.timeout.ms");
    }

    private void times(long wanted, long session, long heartbeat) {
        when(admin.agreeOnTimes("g"))
                .thenReturn(new GroupTimes(
                        Duration.ofMillis(wanted), Duration.ofMillis(session), Duration.ofMillis(heartbeat)));
    }
}
