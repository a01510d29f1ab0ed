package io.waybill.intake;

import io.waybill.format.TrackingId;
import io.waybill.pipeline.Headers;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Takes messages in. Safe for any thread. */
public interface Intake {

    /**
     * Writes the message to the pipeline's source topic and waits until the broker has acknowledged it. The record's
     * key is the given one, else the message id, so that a resend reaches the same task.
     *
     * @throws IntakeRefusedException where pipeline, size or ids are wrong: nothing was written
     * @throws IntakeUnavailableException where the broker did not acknowledge it in time: it may or may not have been
     *     written; send it again, a duplicate is recognised
     */
    Receipt submit(Submission submission);

    /** The names of the pipelines it serves. */
    Collection<String> pipelines();

    /** The largest payload it takes, in bytes. */
    int maxPayloadBytes();

    /**
     * @param headers a {@code Message-Id} header names the message; {@code Name} what the sender calls it, such as a
     *     file name; {@code Content-Type} the media type
     */
    record Submission(String pipeline, byte @Nullable [] key, Headers headers, byte[] payload) {}

    /** @param messageId empty where the message has none */
    record Receipt(TrackingId trackingId, String messageId, String topic, int partition, long offset) {}
}
