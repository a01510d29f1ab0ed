package io.waybill.log.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.jspecify.annotations.Nullable;

/** Consumers that read what is committed, decide nothing by themselves and commit nothing. */
final class ConsumerSettings {

    private static final int HEARTBEATS_PER_SESSION = 3;
    /** A member learns by its heartbeat that another one leaves: this long its tasks are nobody's. */
    private static final int LONGEST_HEARTBEAT_MS = 500;

    /**
     * A reader that goes from one changelog to the next waits for the answer to its last fetch first, and the broker
     * holds that back for so long where nothing is new. Kafka's default of 500 ms was most of the time of a take-over.
     */
    private static final int FETCH_WAIT_MILLIS = 50;

    /** So long a source that grows goes unnoticed: until then a sender's resend may go to another partition's task. */
    private static final int METADATA_AGE_MILLIS = 10_000;

    /**
     * Nothing of a partition is fetched while something of it is buffered, so a reader of one long changelog stands
     * still between two fetches: with Kafka's default of 1 MB a fifth of its time.
     */
    private static final int FETCH_BYTES = 8 * 1024 * 1024;

    private ConsumerSettings() {}

    static Map<String, Object> alone(KafkaLogOptions options) {
        Map<String, Object> settings = new HashMap<>(options.clientProperties());
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, options.maxPollRecords());
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        settings.put(
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.toIntExact(options.requestTimeout().toMillis()));
        settings.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.toIntExact(options.deliveryTimeout().toMillis()));
        return settings;
    }

    static Map<String, Object> member(KafkaLogOptions options, String group, @Nullable String instanceId) {
        Map<String, Object> settings = alone(options);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, ConsumerConfig.DEFAULT_FETCH_MAX_WAIT_MS);
        settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_AGE_MILLIS);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, ConsumerConfig.DEFAULT_MAX_PARTITION_FETCH_BYTES);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(
                ConsumerConfig.GROUP_PROTOCOL_CONFIG, options.groupProtocol().kafkaName());
        if (options.groupProtocol() == GroupProtocol.CLASSIC) {
            classic(settings, Math.toIntExact(options.sessionTimeout().toMillis()));
        }
        if (instanceId != null) {
            settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
        }
        return settings;
    }

    /** In the other protocol all of this is the broker's. */
    private static void classic(Map<String, Object> settings, int sessionMillis) {
        // Eager: with a cooperative assignor a member learns of a rebalance when its generation is over already, and
        // could never commit what is open (R1).
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, StickyAssignor.class.getName());
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionMillis);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, heartbeatMillis(sessionMillis));
    }

    /** What a member should wait between two heartbeats, whichever side sets it. */
    static int heartbeatMillis(int sessionMillis) {
        return Math.clamp(sessionMillis / HEARTBEATS_PER_SESSION, 1, LONGEST_HEARTBEAT_MS);
    }
}
