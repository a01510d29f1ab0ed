package io.waybill.starter;

import io.waybill.format.TrackingId;
import io.waybill.intake.Intake;
import io.waybill.intake.IntakeRefusedException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.Uuid;

/** Remembers what it took; the next answers can be refusals. Safe for any thread. */
public final class ScriptedIntake implements Intake {

    private static final Uuid TOPIC = Uuid.fromString("AAAAAAAAAAAAAAAAAAAAAQ");

    public final List<Submission> taken = new CopyOnWriteArrayList<>();

    private final int maxPayloadBytes;
    private volatile Answer answer = submission -> {};

    public ScriptedIntake(int maxPayloadBytes) {
        this.maxPayloadBytes = maxPayloadBytes;
    }

    /** What happens before a submission is taken. */
    public interface Answer {
        void to(Submission submission);
    }

    public void answer(Answer other) {
        answer = other;
    }

    @Override
    public Receipt submit(Submission submission) {
        if (!pipelines().contains(submission.pipeline())) {
            throw IntakeRefusedException.unknownPipeline(submission.pipeline(), pipelines());
        }
        answer.to(submission);
        taken.add(submission);
        String messageId = submission.headers().text("Message-Id").orElse("");
        return new Receipt(TrackingId.of(TOPIC, 0, taken.size(), 1_790_000_000_000L), messageId, "orders.in", 0, 1);
    }

    @Override
    public Collection<String> pipelines() {
        return List.of("invoices", "orders");
    }

    @Override
    public int maxPayloadBytes() {
        return maxPayloadBytes;
    }
}
