package io.waybill.testkit;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Incident;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.format.v1.ResultBlock;
import io.waybill.testkit.log.SimLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What the pipeline has said on its topics so far, committed and decoded. */
final class Journal {

    private final SimLog log;
    private final Supplier<Names> names;
    private final Map<String, Integer> partitions;

    /**
     * @param names of the version that is deployed
     * @param partitions of the inputs of its stages
     */
    Journal(SimLog log, Supplier<Names> names, Map<String, Integer> partitions) {
        this.log = log;
        this.names = names;
        this.partitions = partitions;
    }

    int partitions(Names.Stage stage) {
        return partitions.getOrDefault(stage.input(), 0);
    }

    Names names() {
        return names.get();
    }

    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return log.committed(topic);
    }

    /**
     * When the next of the records is tried again of which it was said that they wait; null where none waits after {@code now}.
     *
     * @param since what was said before counts no more: a crash forgets what waits outside the waiting room
     */
    @Nullable
    Instant nextTry(Instant now, Instant since) {
        long next = outcomes().stream()
                .flatMap(block -> OutcomeBlocks.outcomes(block, "outcomes").stream())
                .filter(outcome -> outcome.hasWaiting() && outcome.getAtMs() >= since.toEpochMilli())
                .mapToLong(outcome -> outcome.getWaiting().getNextTryAtMs())
                .filter(at -> at > now.toEpochMilli())
                .min()
                .orElse(0);
        return next == 0 ? null : Instant.ofEpochMilli(next);
    }

    List<OutcomeBlock> outcomes() {
        return decoded(OutcomeBlock.parser(), names().topics().outcomes());
    }

    List<FlowResult> results() {
        return decoded(ResultBlock.parser(), names().topics().results()).stream()
                .flatMap(block -> OutcomeBlocks.results(block, "results").stream())
                .toList();
    }

    /** In the order of their times; those of one dead letter in their own. */
    List<DeadLetterEvent> deadLetterEvents() {
        List<DeadLetterEvent> events = new ArrayList<>(
                decoded(DeadLetterEvent.parser(), names().topics().deadLetters()));
        events.sort(Comparator.comparingLong(DeadLetterEvent::getAtMs));
        return events;
    }

    /** The last capture of each dead letter that is not terminal, in the order in which they were first captured. */
    Map<String, DeadLetterEvent> openDeadLetters() {
        Map<String, DeadLetterEvent> open = new LinkedHashMap<>();
        for (DeadLetterEvent event : deadLetterEvents()) {
            switch (event.getEventCase()) {
                case CAPTURED -> open.put(event.getDeadLetterId(), event);
                case LET_GO ->
                    open.computeIfPresent(
                            event.getDeadLetterId(),
                            (id, captured) -> captured.toBuilder()
                                    .setAttempt(event.getAttempt())
                                    .setCaptured(
                                            captured.getCaptured().toBuilder().setInSequence(false))
                                    .build());
                case RESOLVED, DISCARDED -> open.remove(event.getDeadLetterId());
                case ACCEPTED, REFUSED, BEHIND, EVENT_NOT_SET -> {
                    // It stays what it was.
                }
            }
        }
        return open;
    }

    /** Those that are open, in the order in which they were opened. */
    List<Incident> openIncidents() {
        Map<String, Incident> open = new LinkedHashMap<>();
        for (Incident incident : decoded(Incident.parser(), names().topics().incidents())) {
            if (incident.getOpen()) {
                open.put(incident.getId(), incident);
            } else {
                open.remove(incident.getId());
            }
        }
        return List.copyOf(open.values());
    }

    /** By partition. */
    Map<Integer, Changelog> changelogs(Names.Stage stage) {
        return Changelog.restore(records(names().changelog(stage)));
    }

    private <M extends MessageLite> List<M> decoded(Parser<M> parser, String topic) {
        List<M> messages = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records(topic)) {
            byte[] value = record.value();
            if (value != null) {
                messages.add(LogFormats.decode(parser, value, topic));
            }
        }
        return messages;
    }
}
