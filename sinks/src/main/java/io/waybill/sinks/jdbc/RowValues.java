package io.waybill.sinks.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of one row, for the {@code ?} of its statement in their order. For one thread. */
public final class RowValues {

    private final List<@Nullable Object> values = new ArrayList<>();

    RowValues() {}

    /**
     * Whatever the driver takes, and null. Instants are bound as dates with the offset of UTC, enum constants as their
     * names, since JDBC knows neither.
     */
    public RowValues add(@Nullable Object value) {
        values.add(
                switch (value) {
                    case null -> null;
                    case Instant instant -> instant.atOffset(ZoneOffset.UTC);
                    case Enum<?> constant -> constant.name();
                    case BigInteger number -> new BigDecimal(number);
                    default -> value;
                });
        return this;
    }

    List<@Nullable Object> list() {
        return values;
    }
}
