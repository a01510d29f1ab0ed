package io.waybill.deadletters.desk;

import io.waybill.audit.Deed;
import io.waybill.deadletters.DeadLetters.RevisionView;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** An edit. Written once. */
@Entity
@Table(name = "dead_letter_revision")
@Immutable
class Revision {

    @EmbeddedId
    private Key key = new Key("", 0);

    @Column(name = "based_on")
    private int basedOn;

    @Column
    private int attempt;

    @Column
    private String author = "";

    @Column
    private Instant at = Instant.EPOCH;

    @Column
    private @Nullable String reason;

    private String headers = "";

    @Column
    private byte[] payload = {};

    /** For Hibernate. */
    Revision() {}

    /** @param headers as JSON */
    Revision(
            Key key,
            int basedOn,
            int attempt,
            String author,
            Instant at,
            @Nullable String reason,
            String headers,
            byte[] payload) {
        this.key = key;
        this.basedOn = basedOn;
        this.attempt = attempt;
        this.author = author;
        this.at = at;
        this.reason = reason;
        this.headers = headers;
        this.payload = payload;
    }

    String headers() {
        return headers;
    }

    RevisionView view() {
        return new RevisionView(key.number(), author, at, reason, payload.clone());
    }

    /** The payload itself stays here; the entry proves what it was. */
    Deed deed(DeadLetterHead head) {
        return new Deed(
                "edit:" + key.deadLetterId() + "/" + key.number(),
                at,
                author,
                Deed.Action.DEAD_LETTER_EDITED,
                key.deadLetterId(),
                head.pipeline(),
                head.trackingId(),
                reason,
                Map.of(
                        "revision", key.number(),
                        "basedOn", basedOn,
                        "headersSha256", sha256(headers.getBytes(StandardCharsets.UTF_8)),
                        "payloadBytes", payload.length,
                        "payloadSha256", sha256(payload)));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Embeddable
    record Key(
            @Column(name = "dead_letter_id") String deadLetterId,
            @Column(name = "number") int number) implements Serializable {}
}
