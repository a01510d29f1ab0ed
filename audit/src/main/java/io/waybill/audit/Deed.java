package io.waybill.audit;

import io.waybill.format.TrackingId;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that a person did.
 *
 * @param id names it for ever: entered twice, it is one entry
 * @param at when the person acted, as exact as microseconds
 * @param subject what it was done to
 * @param pipeline that is concerned, where there is one
 * @param trackingId of the flow that is concerned, where there is one
 * @param reason as the person gave it
 * @param detail what else there is to know: names to texts, numbers and truth values
 */
public record Deed(
        String id,
        Instant at,
        String actor,
        Action action,
        String subject,
        @Nullable String pipeline,
        @Nullable TrackingId trackingId,
        @Nullable String reason,
        Map<String, Object> detail) {

    public Deed {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(action, "action");
        requireText("id", id);
        requireText("actor", actor);
        requireText("subject", subject);
        detail = Map.copyOf(detail);
    }

    private static void requireText(String name, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("expected a deed with '%s', but it is empty".formatted(name));
        }
    }

    /** What people can do, and what they do it to. Names are kept for ever. */
    public enum Action {
        DEAD_LETTER_EDITED(Kind.DEAD_LETTER),
        REPLAY_ORDERED(Kind.DEAD_LETTER),
        DISCARD_ORDERED(Kind.DEAD_LETTER),
        LET_GO_ORDERED(Kind.DEAD_LETTER),
        INCIDENT_RETRY_ORDERED(Kind.INCIDENT),
        IN_DOUBT_DECIDED(Kind.INCIDENT),
        PIPELINE_ORDERED(Kind.PIPELINE),
        WEBHOOK_SENT_AGAIN(Kind.WEBHOOK_DELIVERY),
        /** Ordered by a later version, which this one cannot read. */
        OTHER_ORDERED(Kind.OTHER);

        private final Kind kind;

        Action(Kind kind) {
            this.kind = kind;
        }

        public Kind kind() {
            return kind;
        }
    }

    public enum Kind {
        DEAD_LETTER,
        INCIDENT,
        PIPELINE,
        WEBHOOK_DELIVERY,
        OTHER
    }
}
