package io.waybill.projection;

/**
 * Text as Postgres can keep it. Whatever a sender puts into a name or an error must not stop a projection: NUL and
 * unpaired surrogates become U+FFFD, and what is too long for its column is cut, between characters. Stateless.
 */
public final class StoredText {

    private static final char REPLACEMENT = '\uFFFD';

    private StoredText() {}

    /** @param most in {@code char}s */
    public static String of(String text, int most) {
        StringBuilder stored = new StringBuilder(Math.min(text.length(), most));
        for (int i = 0; i < text.length() && stored.length() < most; i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                if (stored.length() + 2 > most) {
                    break;
                }
                stored.append(c).append(text.charAt(++i));
            } else {
                stored.append(c == 0 || Character.isSurrogate(c) ? REPLACEMENT : c);
            }
        }
        return stored.toString();
    }
}
