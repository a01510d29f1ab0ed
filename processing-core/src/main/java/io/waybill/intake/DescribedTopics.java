package io.waybill.intake;

import io.waybill.log.LogAdmin;
import io.waybill.log.LogAdmin.TopicDescription;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;

/**
 * What the broker said of some topics, remembered for {@link #FRESH}: a tracking id holds the topic's id, and a topic
 * that was deleted and made again has another. Safe for any thread.
 */
final class DescribedTopics {

    static final Duration FRESH = Duration.ofSeconds(10);

    private final LogAdmin admin;
    private final Clock clock;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    DescribedTopics(LogAdmin admin, Clock clock) {
        this.admin = admin;
        this.clock = clock;
    }

    /** @throws IntakeUnavailableException where the broker is away or has no such topic */
    TopicDescription get(String topic) {
        Instant now = clock.instant();
        Answer known = answers.get(topic);
        if (known != null && now.isBefore(known.at().plus(FRESH))) {
            return known.description();
        }
        TopicDescription description = describe(topic).get(topic);
        if (description == null) {
            answers.remove(topic);
            throw IntakeUnavailableException.unknownTopic(topic);
        }
        answers.put(topic, new Answer(description, now));
        return description;
    }

    private Map<String, TopicDescription> describe(String topic) {
        try {
            return admin.describe(List.of(topic));
        } catch (KafkaException e) {
            throw IntakeUnavailableException.brokerAway(topic, e);
        }
    }

    private record Answer(TopicDescription description, Instant at) {}
}
