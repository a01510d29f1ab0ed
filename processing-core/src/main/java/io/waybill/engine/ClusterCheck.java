package io.waybill.engine;

import io.waybill.log.LogAdmin;
import io.waybill.log.LogAdmin.GroupTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks at the start whether the cluster can keep what Waybill promises: transactions that nothing delayed can end (a
 * fact of the commit protocol), a hand-over in two seconds, a crashed instance replaced after the session time-out.
 */
final class ClusterCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterCheck.class);

    /** A task that moves is free at one heartbeat of its old owner and taken at one of the new: twice this in all. */
    private static final Duration LONGEST_HEARTBEAT = Duration.ofSeconds(1);

    private final LogAdmin admin;
    private final EngineOptions options;

    ClusterCheck(LogAdmin admin, EngineOptions options) {
        this.admin = admin;
        this.options = options;
    }

    /** @throws ClusterTooOldException where its transactions are weaker than the options accept */
    void check(String group) {
        warnings(group).forEach(LOG::warn);
    }

    List<String> warnings(String group) {
        List<String> warnings = new ArrayList<>();
        switch (admin.transactionProtocol()) {
            case CURRENT -> {}
            case NOT_RAISED ->
                warnings.add(("%s: the cluster's feature transaction.version is below 2: %s. Raise it:"
                                + " kafka-features.sh upgrade --feature transaction.version=2")
                        .formatted(ClusterTooOldException.CODE, ClusterTooOldException.WEAKER));
            case TOO_OLD -> {
                if (!options.olderBrokers()) {
                    throw ClusterTooOldException.refused();
                }
                warnings.add("%s: accepted by waybill.engine.older-brokers: %s"
                        .formatted(ClusterTooOldException.CODE, ClusterTooOldException.WEAKER));
            }
        }
        judge(group, admin.agreeOnTimes(group), warnings);
        return warnings;
    }

    private static void judge(String group, GroupTimes times, List<String> warnings) {
        if (times.heartbeat().compareTo(LONGEST_HEARTBEAT) > 0) {
            warnings.add(
                    ("GROUP_TIMES_TOO_LONG: members of group %s hear of changes every %d ms, so a planned hand-over"
                                    + " takes up to twice that instead of 2 s. Lower the broker's"
                                    + " group.consumer.min.heartbeat.interval.ms, or use waybill.group-protocol=classic")
                            .formatted(group, times.heartbeat().toMillis()));
        }
        if (times.session().compareTo(times.wanted()) > 0) {
            warnings.add(
                    ("GROUP_TIMES_TOO_LONG: a crashed member of group %s is replaced after %d ms instead of the %d ms"
                                    + " of waybill.engine.session-timeout. Lower the broker's"
                                    + " group.consumer.min.session.timeout.ms, or use waybill.group-protocol=classic")
                            .formatted(
                                    group,
                                    times.session().toMillis(),
                                    times.wanted().toMillis()));
        }
    }
}
