package io.waybill.intake;

import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges what stands around a payload: key, headers and ids. */
final class Envelope {

    /** People read these, so they have to be text. Other headers may hold any bytes. */
    private static final Set<String> TEXT_HEADERS =
            Set.of(KafkaSource.MESSAGE_ID_HEADER, KafkaSource.BATCH_ID_HEADER, KafkaSource.NAME_HEADER, "Content-Type");

    private Envelope() {}

    /** @throws IntakeRefusedException with {@code INVALID_ENVELOPE} or, for the headers of the two ids, {@code INVALID_ID} */
    static void check(byte @Nullable [] key, Headers headers) {
        if (headers.all().size() > IntakeLimits.MAX_HEADERS) {
            throw IntakeRefusedException.badEnvelope("expected at most %d headers, but were %d"
                    .formatted(IntakeLimits.MAX_HEADERS, headers.all().size()));
        }
        for (Headers.Header header : headers.all()) {
            checkName(header.name());
            if (TEXT_HEADERS.contains(header.name()) && header.value() != null) {
                checkText(header.name(), header.value());
            }
        }
        int size = bytes(key, headers);
        if (size > IntakeLimits.MAX_ENVELOPE_BYTES) {
            throw IntakeRefusedException.badEnvelope(
                    "expected a key and headers of at most %d bytes in all, but were %d"
                            .formatted(IntakeLimits.MAX_ENVELOPE_BYTES, size));
        }
    }

    /** @throws IntakeRefusedException where the id is too long or holds control characters, which no database column takes */
    static void checkId(String what, String id) {
        int size = id.getBytes(StandardCharsets.UTF_8).length;
        if (size > KafkaSource.MAX_ID_BYTES) {
            throw IntakeRefusedException.badId(
                    "expected a %s of at most %d bytes, but was %d".formatted(what, KafkaSource.MAX_ID_BYTES, size));
        }
        if (id.chars().anyMatch(Character::isISOControl)) {
            throw IntakeRefusedException.badId("expected a %s without control characters".formatted(what));
        }
    }

    /** The bytes of key, header names and header values. */
    static int bytes(byte @Nullable [] key, Headers headers) {
        long size = key == null ? 0 : key.length;
        for (Headers.Header header : headers.all()) {
            size += header.name().getBytes(StandardCharsets.UTF_8).length;
            size += header.value() == null ? 0 : header.value().length;
        }
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    private static void checkName(String name) {
        boolean legal = !name.isEmpty()
                && name.length() <= IntakeLimits.MAX_HEADER_NAME_BYTES
                && name.chars().allMatch(c -> c > 0x20 && c < 0x7F);
        if (!legal) {
            throw IntakeRefusedException.badEnvelope(
                    "expected header names of 1 to %d visible ASCII characters, but one has %d characters"
                            .formatted(IntakeLimits.MAX_HEADER_NAME_BYTES, name.length()));
        }
    }

    private static void checkText(String name, byte[] value) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException e) {
            throw badText(name, "well-formed UTF-8");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw badText(name, "no control characters");
        }
    }

    private static IntakeRefusedException badText(String name, String expected) {
        String message = "expected %s in the header %s".formatted(expected, name);
        boolean isId = name.equals(KafkaSource.MESSAGE_ID_HEADER) || name.equals(KafkaSource.BATCH_ID_HEADER);
        return isId ? IntakeRefusedException.badId(message) : IntakeRefusedException.badEnvelope(message);
    }
}
