package io.waybill.tracking.projection;

import org.jspecify.annotations.Nullable;

/**
 * Text as Postgres can keep it. Whatever a sender puts into a name or an error must not stop the projection: NUL, which
 * Postgres refuses, becomes U+FFFD, and what is too long for its column is cut. Searches go through the same bounds.
 */
public final class StoredText {

    /** Characters of an id, a label or a name: with 4 bytes each below what a B-tree entry takes. */
    public static final int ID = 512;

    /** Characters of a title, an operator or a code. */
    static final int LINE = 256;

    /** Characters of an error or a detail. */
    static final int PROSE = 4_000;

    private StoredText() {}

    /** @return null where the text is empty */
    public static @Nullable String id(String text) {
        return orNull(text, ID);
    }

    static @Nullable String line(String text) {
        return orNull(text, LINE);
    }

    static @Nullable String prose(String text) {
        return orNull(text, PROSE);
    }

    static @Nullable String orNull(String text, int characters) {
        return text.isEmpty() ? null : bounded(text, characters);
    }

    static String bounded(String text, int characters) {
        return cut(text, characters).replace('\0', '\uFFFD');
    }

    private static String cut(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(characters - 1));
        return text.substring(0, splitsPair ? characters - 1 : characters);
    }
}
