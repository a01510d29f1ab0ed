package io.waybill.deadletters.storage;

import org.jspecify.annotations.Nullable;

/** Text that Postgres takes: no NUL, well-formed, at most so many characters. Stateless. */
public final class StoredText {

    /** Operators, codes, names: short enough that three of them fit an index entry. */
    public static final int NAME = 200;

    /** Messages and what people give as a reason. */
    public static final int MESSAGE = 16_384;

    public static final int STACK_TRACE = 65_536;

    private StoredText() {}

    /** As {@link io.waybill.projection.StoredText#of}. */
    public static String of(String text, int maxChars) {
        return io.waybill.projection.StoredText.of(text, maxChars);
    }

    /** The log has no null: what is empty there was absent. */
    public static @Nullable String orNull(String text, int maxChars) {
        return text.isEmpty() ? null : of(text, maxChars);
    }
}
