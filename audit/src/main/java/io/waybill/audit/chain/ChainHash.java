package io.waybill.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.audit.AuditEntry;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of the hash before and of all fields of an entry, each with its length in bytes before it (netstrings without
 * their comma; a field that is null is a single hyphen). {@code waybill.audit_hash} says the same in SQL. Stateless.
 */
public final class ChainHash {

    public static final int BYTES = 32;

    private ChainHash() {}

    /** @param before the hash of the entry before; zeros before the first */
    public static byte[] of(byte[] before, AuditEntry entry) {
        MessageDigest digest = sha256();
        digest.update(before);
        add(digest, Long.toString(entry.number()));
        add(digest, entry.eventId());
        add(digest, micros(entry.at()));
        add(digest, micros(entry.recordedAt()));
        add(digest, entry.actor());
        add(digest, entry.action());
        add(digest, entry.subjectKind());
        add(digest, entry.subject());
        add(digest, entry.pipeline());
        add(digest, entry.trackingId() == null ? null : entry.trackingId().toString());
        add(digest, entry.reason());
        add(digest, entry.detail());
        return digest.digest();
    }

    private static void add(MessageDigest digest, @Nullable String field) {
        if (field == null) {
            digest.update((byte) '-');
            return;
        }
        byte[] bytes = field.getBytes(UTF_8);
        digest.update((bytes.length + ":").getBytes(UTF_8));
        digest.update(bytes);
    }

    private static String micros(Instant at) {
        return Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, at));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
