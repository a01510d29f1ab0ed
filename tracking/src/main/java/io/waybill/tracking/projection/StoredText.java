package io.waybill.tracking.projection;

import org.jspecify.annotations.Nullable;

/** Text as Postgres can keep it, by column. Searches go through the same bounds. */
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
        return io.waybill.projection.StoredText.of(text, characters);
    }
}
