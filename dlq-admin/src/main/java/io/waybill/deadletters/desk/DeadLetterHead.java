package io.waybill.deadletters.desk;

import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.format.TrackingId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** The part of a dead letter that people change, and what they need for it. The projection owns the rest of the row. */
@Entity
@Table(name = "dead_letter")
@DynamicUpdate
class DeadLetterHead {

    private static final UUID NOBODYS = new UUID(0, 0);

    @Id
    private String id = "";

    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private Status status = Status.OPEN;

    @Column(updatable = false)
    private String pipeline = "";

    @Column(name = "tracking_id", updatable = false)
    private UUID trackingId = NOBODYS;

    @Column(updatable = false)
    private int attempt;

    @Column(name = "original_attempt", updatable = false)
    private @Nullable Integer originalAttempt;

    @Column(updatable = false)
    private String headers = "";

    Status status() {
        return status;
    }

    void status(Status next) {
        status = next;
    }

    String pipeline() {
        return pipeline;
    }

    TrackingId trackingId() {
        return new TrackingId(trackingId);
    }

    int attempt() {
        return attempt;
    }

    boolean captured() {
        return originalAttempt != null;
    }

    /** Of the original, as JSON. */
    String headers() {
        return headers;
    }
}
