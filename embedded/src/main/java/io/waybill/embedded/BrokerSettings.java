package io.waybill.embedded;

import java.nio.file.Path;
import java.util.Properties;

/** How the embedded broker differs from Kafka's defaults, and why. */
final class BrokerSettings {

    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    // A message of 16 MB, its envelope and a margin; a topic that takes more than Kafka's 1 MiB says so itself.
    private static final int LARGEST_RECORD_BYTES = 25 * 1024 * 1024;

    private BrokerSettings() {}

    static Properties of(Path log, int port, int controllerPort) {
        Properties settings = new Properties();
        oneNode(settings, log, port, controllerPort);
        singleReplicas(settings);
        groups(settings);
        small(settings);
        settings.setProperty("auto.create.topics.enable", "false");
        settings.setProperty("replica.fetch.max.bytes", Integer.toString(LARGEST_RECORD_BYTES));
        return settings;
    }

    private static void oneNode(Properties settings, Path log, int port, int controllerPort) {
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("node.id", Integer.toString(NODE_ID));
        settings.setProperty("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.setProperty("controller.listener.names", CONTROLLER_LISTENER);
        settings.setProperty(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,%s://127.0.0.1:%d".formatted(port, CONTROLLER_LISTENER, controllerPort));
        settings.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.setProperty("log.dirs", log.toString());
        // After kill -9 the controller takes the dead broker for alive until this has passed, and refuses its
        // successor.
        settings.setProperty("broker.session.timeout.ms", "3000");
        settings.setProperty("broker.heartbeat.interval.ms", "1000");
    }

    private static void singleReplicas(Properties settings) {
        settings.setProperty("offsets.topic.replication.factor", "1");
        settings.setProperty("transaction.state.log.replication.factor", "1");
        settings.setProperty("transaction.state.log.min.isr", "1");
        settings.setProperty("share.coordinator.state.topic.replication.factor", "1");
        settings.setProperty("share.coordinator.state.topic.min.isr", "1");
    }

    private static void groups(Properties settings) {
        settings.setProperty("group.initial.rebalance.delay.ms", "0");
        settings.setProperty("group.min.session.timeout.ms", "1000");
        // In the newer protocol the broker says how often a member listens and how long its silence is borne. Kafka's
        // 5 s and 45 s make every hand-over, planned or not, that slow.
        settings.setProperty("group.consumer.min.heartbeat.interval.ms", "100");
        settings.setProperty("group.consumer.heartbeat.interval.ms", "500");
        settings.setProperty("group.consumer.min.session.timeout.ms", "1000");
        settings.setProperty("group.consumer.session.timeout.ms", "6000");
        settings.setProperty("group.consumer.assignment.interval.ms", "0");
        // A laptop may sleep for longer than Kafka's seven days.
        settings.setProperty("offsets.retention.minutes", Integer.toString(365 * 24 * 60));
    }

    private static void small(Properties settings) {
        settings.setProperty("offsets.topic.num.partitions", "4");
        settings.setProperty("transaction.state.log.num.partitions", "4");
        settings.setProperty("share.coordinator.state.topic.num.partitions", "1");
        settings.setProperty("num.network.threads", "2");
        settings.setProperty("num.io.threads", "4");
        settings.setProperty("background.threads", "2");
        settings.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(16 * 1024 * 1024));
    }
}
