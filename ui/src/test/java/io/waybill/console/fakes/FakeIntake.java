package io.waybill.console.fakes;

import io.waybill.format.TrackingId;
import io.waybill.intake.Intake;
import io.waybill.intake.IntakeRefusedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.Uuid;

/** Remembers what was submitted. */
public final class FakeIntake implements Intake {

    public static final String PIPELINE = "payment-files";
    public static final int MAX_BYTES = 16 * 1024 * 1024;

    private final List<Submission> submissions = new CopyOnWriteArrayList<>();

    public void clear() {
        submissions.clear();
    }

    public List<Submission> submissions() {
        return new ArrayList<>(submissions);
    }

    @Override
    public Receipt submit(Submission submission) {
        if (!pipelines().contains(submission.pipeline())) {
            throw IntakeRefusedException.unknownPipeline(submission.pipeline(), pipelines());
        }
        submissions.add(submission);
        long offset = submissions.size();
        TrackingId id = TrackingId.of(new Uuid(1, 2), 0, offset, System.currentTimeMillis());
        return new Receipt(id, "MSG-" + offset, "payments.in", 0, offset);
    }

    @Override
    public Collection<String> pipelines() {
        return List.of(PIPELINE);
    }

    @Override
    public int maxPayloadBytes() {
        return MAX_BYTES;
    }
}
