package io.waybill.log.kafka;

import io.waybill.log.LogAdmin.GroupTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The times that members of a group live by. In the classic protocol each member brings its own; in the newer one the
 * broker keeps them for the group, between floors of the broker's own, and whoever may alter the group sets them.
 */
final class GroupTerms {

    private static final Logger LOG = LoggerFactory.getLogger(GroupTerms.class);

    private static final String SESSION = "consumer.session.timeout.ms";
    private static final String HEARTBEAT = "consumer.heartbeat.interval.ms";
    /** Since Kafka 4.3: the least time from one assignment to the next. */
    private static final String ASSIGNMENT = "consumer.assignment.interval.ms";

    private static final String FLOOR_OF_SESSION = "group.consumer.min.session.timeout.ms";
    private static final String FLOOR_OF_HEARTBEAT = "group.consumer.min.heartbeat.interval.ms";
    private static final String FLOOR_OF_ASSIGNMENT = "group.consumer.min.assignment.interval.ms";

    /** What a broker does that nobody has told anything. */
    private static final int DEFAULT_SESSION = 45_000;

    private static final int DEFAULT_HEARTBEAT = 5_000;

    private final Admin admin;
    private final GroupProtocol protocol;
    private final int sessionMillis;
    private final int heartbeatMillis;

    GroupTerms(Admin admin, KafkaLogOptions options) {
        this.admin = admin;
        this.protocol = options.groupProtocol();
        this.sessionMillis = Math.toIntExact(options.sessionTimeout().toMillis());
        this.heartbeatMillis = ConsumerSettings.heartbeatMillis(sessionMillis);
    }

    GroupTimes agreedFor(String group) {
        return switch (protocol) {
            case CLASSIC -> times(sessionMillis, heartbeatMillis);
            case CONSUMER -> agreedWithBroker(new ConfigResource(ConfigResource.Type.GROUP, group));
        };
    }

    private GroupTimes agreedWithBroker(ConfigResource group) {
        try {
            alter(group);
        } catch (RetriableException unreachable) {
            throw unreachable;
        } catch (ApiException refused) {
            LOG.info("the times of group {} stay as the broker has them: {}", group.name(), refused.toString());
        }
        try {
            Config now = describe(group);
            return times(number(now, SESSION), number(now, HEARTBEAT));
        } catch (RetriableException unreachable) {
            throw unreachable;
        } catch (ApiException refused) {
            LOG.info("taking Kafka's defaults for the times of group {}: {}", group.name(), refused.toString());
            return times(DEFAULT_SESSION, DEFAULT_HEARTBEAT);
        }
    }

    private void alter(ConfigResource group) {
        Config now = describe(group);
        Config floors = describe(anyBroker());
        List<AlterConfigOp> changes = new ArrayList<>();
        change(now, SESSION, Math.max(sessionMillis, number(floors, FLOOR_OF_SESSION)), changes);
        change(now, HEARTBEAT, Math.max(heartbeatMillis, number(floors, FLOOR_OF_HEARTBEAT)), changes);
        if (now.get(ASSIGNMENT) != null && floors.get(FLOOR_OF_ASSIGNMENT) != null) {
            change(now, ASSIGNMENT, number(floors, FLOOR_OF_ASSIGNMENT), changes);
        }
        if (!changes.isEmpty()) {
            KafkaFailures.await(
                    admin.incrementalAlterConfigs(Map.of(group, changes)).all());
        }
    }

    private static void change(Config now, String name, int wanted, List<AlterConfigOp> changes) {
        if (number(now, name) != wanted) {
            changes.add(new AlterConfigOp(new ConfigEntry(name, Integer.toString(wanted)), OpType.SET));
        }
    }

    private Config describe(ConfigResource resource) {
        return Objects.requireNonNull(
                KafkaFailures.await(admin.describeConfigs(List.of(resource)).all())
                        .get(resource));
    }

    private ConfigResource anyBroker() {
        Node node =
                KafkaFailures.await(admin.describeCluster().nodes()).iterator().next();
        return new ConfigResource(ConfigResource.Type.BROKER, node.idString());
    }

    private static int number(Config config, String name) {
        return Integer.parseInt(config.get(name).value());
    }

    private GroupTimes times(int session, int heartbeat) {
        return new GroupTimes(
                Duration.ofMillis(sessionMillis), Duration.ofMillis(session), Duration.ofMillis(heartbeat));
    }
}
