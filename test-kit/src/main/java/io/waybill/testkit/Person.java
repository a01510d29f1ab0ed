package io.waybill.testkit;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.v1.Captured;
import io.waybill.format.v1.Control;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.testkit.log.SimLog;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Who orders replays and presses buttons, as the console does it: by records on Waybill's own topics. */
final class Person {

    private static final String NAME = "test";

    private final SimLog log;
    private final Journal journal;
    private int orders;

    Person(SimLog log, Journal journal) {
        this.log = log;
        this.journal = journal;
    }

    /** @param edited what to run instead of the payload; empty: the payload as it is */
    void replay(DeadLetterEvent deadLetter, Optional<byte[]> edited, Instant now) {
        ReplayCommand.Builder order = order(deadLetter, now).setAction(ReplayCommand.Action.REPLAY);
        edited.ifPresent(payload -> order.setRevision(1).setPayload(ByteString.copyFrom(payload)));
        write(deadLetter, order);
    }

    void discard(DeadLetterEvent deadLetter, String reason, Instant now) {
        write(deadLetter, bare(deadLetter, now, ReplayCommand.Action.DISCARD).setReason(reason));
    }

    void letGo(DeadLetterEvent deadLetter, String reason, Instant now) {
        write(deadLetter, bare(deadLetter, now, ReplayCommand.Action.LET_GO).setReason(reason));
    }

    /** As the outbox sends it: nothing is run, so nothing is carried. */
    private ReplayCommand.Builder bare(DeadLetterEvent deadLetter, Instant now, ReplayCommand.Action action) {
        return order(deadLetter, now)
                .clearPayload()
                .clearKey()
                .clearHasKey()
                .clearHeaders()
                .setAction(action);
    }

    private ReplayCommand.Builder order(DeadLetterEvent deadLetter, Instant now) {
        Captured captured = deadLetter.getCaptured();
        orders++;
        return ReplayCommand.newBuilder()
                .setReplayId("replay-" + orders)
                .setDeadLetterId(deadLetter.getDeadLetterId())
                .setTrackingId(deadLetter.getTrackingId())
                .setAttempt(deadLetter.getAttempt() + 1)
                .setPayload(captured.getPayload())
                .setKey(captured.getKey())
                .setHasKey(captured.getHasKey())
                .addAllHeaders(captured.getHeadersList())
                .setRequestedBy(NAME)
                .setRequestedAtMs(now.toEpochMilli());
    }

    private void write(DeadLetterEvent deadLetter, ReplayCommand.Builder order) {
        Writing.write(
                log,
                new ProducerRecord<>(
                        journal.names().replays(deadLetter.getStage()),
                        deadLetter.getPartition(),
                        null,
                        LogFormats.encode(order.build())));
    }

    void retry(Incident incident, Instant now) {
        orders++;
        Control order = Control.newBuilder()
                .setId("retry-" + orders)
                .setRequestedBy(NAME)
                .setRequestedAtMs(now.toEpochMilli())
                .setRetryIncident(Control.RetryIncident.newBuilder()
                        .setIncidentId(incident.id())
                        .setPipeline(journal.names().pipeline().name())
                        .setStage(incident.stage())
                        .setPartition(incident.partition()))
                .build();
        Writing.write(log, new ProducerRecord<>(journal.names().topics().control(), 0, null, LogFormats.encode(order)));
    }
}
