package io.waybill.testkit.engine;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.v1.Captured;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.log.Log;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * People who look at dead letters: they replay, edit, discard, press twice, and sometimes order nonsense. Now and then
 * their database is restored from a backup: what was sent since is forgotten, and orders of long ago go out again, some
 * as they were, some with another edit under the same attempt.
 */
final class Operators implements Runnable {

    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final int MOST_ATTEMPTS = 4;
    private static final int MOST_BACKUPS = 2;

    private final Simulation simulation;
    private final Log log;
    private final RandomGenerator random;
    private final Topics topics;
    private final int partitions;
    private final Shape shape;
    private final List<Sent> outbox = new ArrayList<>();
    /** The last of each dead letter that others wait for. */
    private final Map<String, DeadLetterEvent> waitedFor = new LinkedHashMap<>();

    private boolean isIdle = true;
    private int replays;
    private int restored;

    Operators(Simulation simulation, Log log, Topics topics, int partitions, Shape shape) {
        this.simulation = simulation;
        this.log = log;
        this.random = simulation.random();
        this.topics = topics;
        this.partitions = partitions;
        this.shape = shape;
    }

    private record Sent(ReplayCommand command, DeadLetterEvent about) {}

    @Override
    public void run() {
        try (LogReader reader = log.reader();
                LogWriter writer = log.writer()) {
            List<TopicPartition> all = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                all.add(new TopicPartition(topics.deadLetters(), i));
            }
            reader.assign(all);
            all.forEach(partition -> reader.seek(partition, 0));
            while (true) {
                List<ConsumerRecord<byte[], byte[]>> news = reader.poll(LOOK);
                for (ConsumerRecord<byte[], byte[]> record : news) {
                    DeadLetterEvent event = LogFormats.decode(DeadLetterEvent.parser(), record.value(), "dead letters");
                    hear(event);
                    consider(event, writer);
                }
                if (news.isEmpty()) {
                    List.copyOf(waitedFor.values()).forEach(event -> send(letGo(event), event, writer));
                }
                isIdle = waitedFor.isEmpty();
                if (!news.isEmpty() && restored < MOST_BACKUPS && random.nextInt(20) == 0) {
                    restored++;
                    restore(writer);
                }
                try {
                    writer.flush();
                } catch (KafkaException lost) {
                    // They look again, and order it again where somebody waits for it.
                }
            }
        }
    }

    /** Whether nobody waits for them. */
    boolean areIdle() {
        return isIdle;
    }

    /** Nobody waits for ever: what they have not repaired they let go, or end, when nothing else comes. */
    private void hear(DeadLetterEvent event) {
        String id = event.getDeadLetterId();
        switch (event.getEventCase()) {
            case CAPTURED -> {
                if (event.getCaptured().getInSequence()) {
                    waitedFor.put(id, event);
                }
            }
            case ACCEPTED -> waitedFor.computeIfPresent(id, (known, before) -> event);
            case RESOLVED, DISCARDED, LET_GO -> waitedFor.remove(id);
            case REFUSED ->
                waitedFor.computeIfPresent(
                        id,
                        (known, before) -> event.toBuilder()
                                .setAttempt(event.getRefused().getExpectedAttempt() - 1)
                                .build());
            case BEHIND, EVENT_NOT_SET -> {}
        }
    }

    private ReplayCommand letGo(DeadLetterEvent event) {
        return ReplayCommand.newBuilder()
                .setReplayId("replay-" + replays++)
                .setDeadLetterId(event.getDeadLetterId())
                .setTrackingId(event.getTrackingId())
                .setAttempt(event.getAttempt() + 1)
                .setAction(random.nextInt(3) == 0 ? ReplayCommand.Action.DISCARD : ReplayCommand.Action.LET_GO)
                .setRequestedBy("operator")
                .setReason("simulated")
                .build();
    }

    private void consider(DeadLetterEvent event, LogWriter writer) {
        if (!event.hasCaptured() || event.getAttempt() >= MOST_ATTEMPTS || random.nextInt(4) == 0) {
            return;
        }
        simulation.await(Duration.ofMillis(random.nextInt(2_000)), () -> false);
        ReplayCommand command = command(event, event.getAttempt() + 1);
        send(command, event, writer);
        switch (random.nextInt(10)) {
            case 0, 1 -> send(command, event, writer);
            case 2 -> send(command(event, event.getAttempt() + 1), event, writer);
            case 3 -> send(command(event, event.getAttempt() + 3), event, writer);
            case 4 -> send(command(event, event.getAttempt()), event, writer);
            default -> {
                // Pressed once.
            }
        }
    }

    private void restore(LogWriter writer) {
        int from = random.nextInt(outbox.size() + 1);
        for (Sent sent : outbox.subList(from, outbox.size())) {
            ReplayCommand again = sent.about().hasCaptured() && random.nextInt(3) == 0
                    ? command(sent.about(), sent.command().getAttempt())
                    : sent.command();
            write(again, sent.about(), writer);
        }
    }

    private void send(ReplayCommand command, DeadLetterEvent event, LogWriter writer) {
        outbox.add(new Sent(command, event));
        write(command, event, writer);
    }

    private void write(ReplayCommand command, DeadLetterEvent event, LogWriter writer) {
        var unused = writer.send(new ProducerRecord<>(
                topics.replays(Workload.PIPELINE, event.getStage()),
                event.getPartition(),
                null,
                LogFormats.encode(command)));
    }

    private ReplayCommand command(DeadLetterEvent event, int attempt) {
        Captured captured = event.getCaptured();
        boolean discards = random.nextInt(6) == 0;
        boolean edits = random.nextInt(3) > 0;
        return ReplayCommand.newBuilder()
                .setReplayId("replay-" + replays++)
                .setDeadLetterId(event.getDeadLetterId())
                .setTrackingId(event.getTrackingId())
                .setAttempt(attempt)
                .setRevision(edits ? 1 : 0)
                .setAction(discards ? ReplayCommand.Action.DISCARD : ReplayCommand.Action.REPLAY)
                .setPayload(edits ? edited(event.getStage(), captured) : captured.getPayload())
                .setKey(captured.getKey())
                .setHasKey(captured.getHasKey())
                .addAllHeaders(captured.getHeadersList())
                .setRequestedBy("operator")
                .setReason("simulated")
                .build();
    }

    private String bad() {
        return shape.deadly() && random.nextBoolean() ? "kill" : "poison";
    }

    /** Whatever it was: the same key, but a behaviour that works, mostly. */
    private ByteString edited(String stage, Captured captured) {
        String behaviour = random.nextInt(4) == 0 ? bad() : "fixed";
        if (shape.splits()
                && stage.equals(Pipeline.SOURCE_STAGE)
                && captured.getEntry().isEmpty()) {
            String head = captured.getKey().toStringUtf8() + "|edited";
            return ByteString.copyFromUtf8(head + "#twice," + behaviour + ",poison");
        }
        String text =
                captured.getPayload().isValidUtf8() ? captured.getPayload().toStringUtf8() : "";
        int end = text.lastIndexOf('|');
        String head = text.contains("#") || end < 0
                ? captured.getKey().toStringUtf8() + "|edited|"
                : text.substring(0, end + 1);
        return ByteString.copyFromUtf8(head + behaviour);
    }
}
