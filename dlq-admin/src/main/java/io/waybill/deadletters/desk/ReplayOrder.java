package io.waybill.deadletters.desk;

import io.waybill.audit.Deed;
import io.waybill.deadletters.DeadLetters.Action;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Map;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A person's order: it pins dead letter, revision and attempt. Written once; its sending is the outbox's business. */
@Entity
@Table(name = "replay")
@Immutable
class ReplayOrder {

    @Id
    private String id = "";

    @Column(name = "dead_letter_id")
    private String deadLetterId = "";

    @Column
    private int attempt;

    @Column
    private int revision;

    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private Action action = Action.REPLAY;

    @Column(name = "requested_by")
    private String requestedBy = "";

    @Column(name = "requested_at")
    private Instant requestedAt = Instant.EPOCH;

    @Column
    private @Nullable String reason;

    @Column(name = "next_try_at")
    private Instant nextTryAt = Instant.EPOCH;

    /** For Hibernate. */
    ReplayOrder() {}

    ReplayOrder(
            String id,
            String deadLetterId,
            int attempt,
            int revision,
            Action action,
            String requestedBy,
            Instant requestedAt,
            @Nullable String reason) {
        this.id = id;
        this.deadLetterId = deadLetterId;
        this.attempt = attempt;
        this.revision = revision;
        this.action = action;
        this.requestedBy = requestedBy;
        this.requestedAt = requestedAt;
        this.reason = reason;
        this.nextTryAt = requestedAt;
    }

    String id() {
        return id;
    }

    Deed deed(DeadLetterHead head) {
        return new Deed(
                id,
                requestedAt,
                requestedBy,
                switch (action) {
                    case REPLAY -> Deed.Action.REPLAY_ORDERED;
                    case DISCARD -> Deed.Action.DISCARD_ORDERED;
                    case LET_GO -> Deed.Action.LET_GO_ORDERED;
                },
                deadLetterId,
                head.pipeline(),
                head.trackingId(),
                reason,
                Map.of("attempt", attempt, "revision", revision));
    }

    /** The same button pressed again. */
    boolean isSameAs(Action action, int revision) {
        return this.action == action && this.revision == revision;
    }
}
