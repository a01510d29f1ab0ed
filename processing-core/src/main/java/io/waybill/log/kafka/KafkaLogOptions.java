package io.waybill.log.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the log's clients reach the cluster and what they may use.
 *
 * @param bootstrapServers as Kafka writes it: host:port, separated by commas
 * @param clientProperties given to every client: security, client rack, reporters. What exactly-once rests on is not
 *     theirs to set
 * @param groupInstanceId static membership under this name, which only this process uses; null for dynamic membership
 * @param groupProtocol by which members of a group agree who reads what
 * @param staysOnClose whether a static member that closes keeps its partitions until it is back or its session is over;
 *     otherwise it leaves at once, and others take over
 * @param sessionTimeout after which a silent group member is taken for dead; the broker has a floor, 6 s by default,
 *     and in the {@code consumer} protocol the time-out itself is the broker's
 * @param maxPollRecords the most records of one poll
 * @param maxRequestBytes the largest record that is sent at all, before the topic's own limit
 * @param requestTimeout for one attempt of one request
 * @param deliveryTimeout for a record, a commit or an answer of the cluster with all attempts
 */
public record KafkaLogOptions(
        String bootstrapServers,
        Map<String, String> clientProperties,
        @Nullable String groupInstanceId,
        GroupProtocol groupProtocol,
        boolean staysOnClose,
        Duration sessionTimeout,
        int maxPollRecords,
        int maxRequestBytes,
        Duration requestTimeout,
        Duration deliveryTimeout) {

    private static final Set<String> OWNED = Set.of(
            "acks",
            "allow.auto.create.topics",
            "auto.offset.reset",
            "enable.auto.commit",
            "enable.idempotence",
            "group.id",
            "group.instance.id",
            "group.protocol",
            "isolation.level",
            "key.deserializer",
            "key.serializer",
            "max.in.flight.requests.per.connection",
            "partition.assignment.strategy",
            "retries",
            "transactional.id",
            "value.deserializer",
            "value.serializer");

    private static final int LARGEST_REQUEST = 64 * 1024 * 1024;

    public KafkaLogOptions {
        clientProperties = Map.copyOf(clientProperties);
        for (String property : clientProperties.keySet()) {
            require(!OWNED.contains(property), "client properties without %s, which the log sets itself", property);
        }
        require(!bootstrapServers.isBlank(), "bootstrap servers, but got '%s'", bootstrapServers);
        require(
                groupInstanceId == null || !groupInstanceId.isBlank(),
                "a group instance id or none, but got '%s'",
                groupInstanceId);
        requirePositive("session timeout", sessionTimeout);
        requirePositive("request timeout", requestTimeout);
        require(maxPollRecords > 0, "at least one record per poll, but got %d", maxPollRecords);
        require(
                maxRequestBytes > 0 && maxRequestBytes <= LARGEST_REQUEST,
                "a largest request between 1 and %d bytes, but got %d",
                LARGEST_REQUEST,
                maxRequestBytes);
        require(
                deliveryTimeout.compareTo(requestTimeout.plus(ProducerSettings.LINGER)) >= 0,
                "a delivery timeout of at least the request timeout of %s and a linger of %s, but got %s",
                requestTimeout,
                ProducerSettings.LINGER,
                deliveryTimeout);
    }

    /** The defaults: session 6 s, 500 records, 25 MiB, 10 s per request, 30 s in all. */
    public static KafkaLogOptions of(String bootstrapServers) {
        return new KafkaLogOptions(
                bootstrapServers,
                Map.of(),
                null,
                GroupProtocol.CLASSIC,
                false,
                Duration.ofSeconds(6),
                500,
                25 * 1024 * 1024,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));
    }

    public KafkaLogOptions withClientProperties(Map<String, String> properties) {
        return new KafkaLogOptions(
                bootstrapServers,
                properties,
                groupInstanceId,
                groupProtocol,
                staysOnClose,
                sessionTimeout,
                maxPollRecords,
                maxRequestBytes,
                requestTimeout,
                deliveryTimeout);
    }

    public KafkaLogOptions withGroupInstanceId(@Nullable String id) {
        return new KafkaLogOptions(
                bootstrapServers,
                clientProperties,
                id,
                groupProtocol,
                staysOnClose,
                sessionTimeout,
                maxPollRecords,
                maxRequestBytes,
                requestTimeout,
                deliveryTimeout);
    }

    public KafkaLogOptions withGroupProtocol(GroupProtocol protocol) {
        return new KafkaLogOptions(
                bootstrapServers,
                clientProperties,
                groupInstanceId,
                protocol,
                staysOnClose,
                sessionTimeout,
                maxPollRecords,
                maxRequestBytes,
                requestTimeout,
                deliveryTimeout);
    }

    /** Only a static member has anything to come back to. */
    public KafkaLogOptions withStayOnClose(boolean stays) {
        return new KafkaLogOptions(
                bootstrapServers,
                clientProperties,
                groupInstanceId,
                groupProtocol,
                stays,
                sessionTimeout,
                maxPollRecords,
                maxRequestBytes,
                requestTimeout,
                deliveryTimeout);
    }

    public KafkaLogOptions withSessionTimeout(Duration timeout) {
        return new KafkaLogOptions(
                bootstrapServers,
                clientProperties,
                groupInstanceId,
                groupProtocol,
                staysOnClose,
                timeout,
                maxPollRecords,
                maxRequestBytes,
                requestTimeout,
                deliveryTimeout);
    }

    public KafkaLogOptions withMaxPollRecords(int records) {
        return new KafkaLogOptions(
                bootstrapServers,
                clientProperties,
                groupInstanceId,
                groupProtocol,
                staysOnClose,
                sessionTimeout,
                records,
                maxRequestBytes,
                requestTimeout,
                deliveryTimeout);
    }

    public KafkaLogOptions withMaxRequestBytes(int bytes) {
        return new KafkaLogOptions(
                bootstrapServers,
                clientProperties,
                groupInstanceId,
                groupProtocol,
                staysOnClose,
                sessionTimeout,
                maxPollRecords,
                bytes,
                requestTimeout,
                deliveryTimeout);
    }

    public KafkaLogOptions withTimeouts(Duration request, Duration delivery) {
        return new KafkaLogOptions(
                bootstrapServers,
                clientProperties,
                groupInstanceId,
                groupProtocol,
                staysOnClose,
                sessionTimeout,
                maxPollRecords,
                maxRequestBytes,
                request,
                delivery);
    }

    private static void requirePositive(String name, Duration duration) {
        require(duration.isPositive(), "a positive %s, but got %s", name, duration);
    }

    private static void require(boolean holds, String expected, @Nullable Object... values) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected.formatted(values));
        }
    }
}
