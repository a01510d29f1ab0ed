package io.waybill.deadletters.storage;

import org.jspecify.annotations.Nullable;

/** Text that Postgres takes: no NUL, well-formed, at most so many characters. Stateless. */
public final class StoredText {

    /** Operators, codes, names: short enough that three of them fit an index entry. */
    public static final int NAME = 200;

    /** Messages and what people give as a reason. */
    public static final int MESSAGE = 16_384;

    public static final int STACK_TRACE = 65_536;

    private static final char REPLACEMENT = '\uFFFD';

    private StoredText() {}

    /** NUL and unpaired surrogates become U+FFFD; what exceeds the bound is cut off. */
    public static String of(String text, int maxChars) {
        StringBuilder stored = new StringBuilder(Math.min(text.length(), maxChars));
        for (int i = 0; i < text.length() && stored.length() < maxChars; i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                stored.append(c).append(text.charAt(++i));
            } else {
                stored.append(c == 0 || Character.isSurrogate(c) ? REPLACEMENT : c);
            }
        }
        return stored.toString();
    }

    /** The log has no null: what is empty there was absent. */
    public static @Nullable String orNull(String text, int maxChars) {
        return text.isEmpty() ? null : of(text, maxChars);
    }
}
