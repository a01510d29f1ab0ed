package io.waybill.testkit.engine;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.Captured;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.log.Log;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** People who repair, replay in vain, discard and press twice, in whichever pipeline the dead letter is. */
final class NetworkPeople implements Runnable {

    private static final Duration LOOK = Duration.ofSeconds(20);
    private static final int MOST_ATTEMPTS = 3;

    private final Simulation simulation;
    private final Log log;
    private final RandomGenerator random;
    private int replays;

    NetworkPeople(Simulation simulation, Log log) {
        this.simulation = simulation;
        this.log = log;
        this.random = simulation.random();
    }

    @Override
    public void run() {
        try (LogReader reader = log.reader();
                LogWriter writer = log.writer()) {
            List<TopicPartition> all = new ArrayList<>();
            for (int i = 0; i < SimulatedEngine.OUTCOME_PARTITIONS; i++) {
                all.add(new TopicPartition(SimulatedEngine.TOPICS.deadLetters(), i));
            }
            reader.assign(all);
            all.forEach(partition -> reader.seek(partition, 0));
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(LOOK)) {
                    consider(LogFormats.decode(DeadLetterEvent.parser(), record.value(), "dead letters"), writer);
                }
                writer.flush();
            }
        }
    }

    private void consider(DeadLetterEvent event, LogWriter writer) {
        if (!event.hasCaptured() || event.getAttempt() >= MOST_ATTEMPTS || random.nextInt(4) == 0) {
            return;
        }
        simulation.await(Duration.ofMillis(random.nextInt(3_000)), () -> false);
        ReplayCommand command = command(event);
        int times = random.nextInt(5) == 0 ? 2 : 1;
        for (int i = 0; i < times; i++) {
            var unused = writer.send(new ProducerRecord<>(
                    SimulatedEngine.TOPICS.replays(event.getPipeline(), event.getStage()),
                    event.getPartition(),
                    null,
                    LogFormats.encode(command)));
        }
    }

    private ReplayCommand command(DeadLetterEvent event) {
        Captured captured = event.getCaptured();
        ByteString payload = random.nextInt(4) == 0
                ? captured.getPayload()
                : captured.getPayload().concat(ByteString.copyFromUtf8("fixed"));
        return ReplayCommand.newBuilder()
                .setReplayId("replay-" + replays++)
                .setDeadLetterId(event.getDeadLetterId())
                .setTrackingId(event.getTrackingId())
                .setAttempt(event.getAttempt() + 1)
                .setRevision(1)
                .setAction(random.nextInt(6) == 0 ? ReplayCommand.Action.DISCARD : ReplayCommand.Action.REPLAY)
                .setPayload(payload)
                .setKey(captured.getKey())
                .setHasKey(captured.getHasKey())
                .addAllHeaders(captured.getHeadersList())
                .setRequestedBy("operator")
                .setReason("simulated")
                .build();
    }
}
