package io.waybill.pipeline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an operator declares of one state. Stored beside the state and compared when it is opened again.
 *
 * @param name unique in its operator and stable across versions
 * @param format of the rows' bytes; two states with the same one can read each other's rows
 * @param ttl null where entries are kept for ever
 */
public record StateDeclaration(
        String name, Kind kind, String format, @Nullable Duration ttl) {

    public enum Kind {
        VALUE,
        LIST,
        MAP
    }
}
