package io.waybill.sinks.postgres;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row, for the {@code ?} of its statement in their order. Takes only what never changes and what
 * PostgreSQL takes for sure: a row that is refused here is one record's failure, one that is refused later undoes a
 * checkpoint. For one thread.
 */
public final class Values {

    private static final int OVERHEAD = 16;

    private final List<@Nullable Object> values = new ArrayList<>();
    private long bytes;

    Values() {}

    /**
     * Text, numbers, booleans, {@code UUID}, {@code byte[]} (copied), enum constants (their names), dates and times of
     * {@code java.time}, or null. Other types of column take text with a cast: {@code ?::jsonb}.
     *
     * @throws IllegalArgumentException where PostgreSQL would not take it
     */
    public Values add(@Nullable Object value) {
        Object taken = taken(value);
        values.add(taken);
        bytes += OVERHEAD + size(taken);
        return this;
    }

    private @Nullable Object taken(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String text -> text(text);
            case Enum<?> constant -> constant.name();
            case byte[] array -> array.clone();
            case Instant instant -> instant.atOffset(ZoneOffset.UTC);
            case BigInteger number -> new BigDecimal(number);
            case Boolean plain -> plain;
            case Short plain -> plain;
            case Integer plain -> plain;
            case Long plain -> plain;
            case Float plain -> plain;
            case Double plain -> plain;
            case BigDecimal plain -> plain;
            case UUID plain -> plain;
            case LocalDate plain -> plain;
            case LocalTime plain -> plain;
            case LocalDateTime plain -> plain;
            case OffsetDateTime plain -> plain;
            default ->
                throw new IllegalArgumentException(
                        "expected text, a number, a boolean, a UUID, bytes, or a date or time of"
                                + " java.time as value %d, but got %s"
                                        .formatted(
                                                values.size() + 1,
                                                value.getClass().getName()));
        };
    }

    private String text(String text) {
        if (text.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(
                    "expected text that PostgreSQL can hold as value %d, but it has a zero byte or half a character"
                            .formatted(values.size() + 1));
        }
        return text;
    }

    private static long size(@Nullable Object value) {
        if (value instanceof String text) {
            return text.length();
        }
        return value instanceof byte[] array ? array.length : OVERHEAD;
    }

    List<@Nullable Object> list() {
        return Collections.unmodifiableList(new ArrayList<>(values));
    }

    long bytes() {
        return bytes;
    }
}
