package io.waybill.tracking.query;

import io.waybill.format.TrackingId;
import io.waybill.tracking.InvalidQueryException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keyset pagination: a cursor is the key of a page's last row, opaque to who holds it, so that pages neither skip nor
 * repeat rows that were there when the first one was read, and the hundredth page costs what the first one does.
 */
final class Paging {

    static final int MAX_LIMIT = 500;

    private Paging() {}

    static int checked(int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw InvalidQueryException.limit(limit, MAX_LIMIT);
        }
        return limit;
    }

    /** @param rows one more than {@code limit} where there is a next page */
    static <T> @Nullable String next(List<T> rows, int limit, Function<T, String> key) {
        return rows.size() <= limit ? null : encode(key.apply(rows.get(limit - 1)));
    }

    static <T> List<T> page(List<T> rows, int limit) {
        return rows.size() <= limit ? rows : List.copyOf(rows.subList(0, limit));
    }

    static UUID flowAfter(String cursor) {
        return decode(cursor, text -> TrackingId.parse(text).value());
    }

    static Integer[] pathAfter(String cursor) {
        return decode(
                cursor,
                text -> text.isEmpty()
                        ? new Integer[0]
                        : Stream.of(text.split("\\.", -1)).map(Integer::valueOf).toArray(Integer[]::new));
    }

    /** A letter in front, so that the empty path has a cursor that is not empty. */
    private static String encode(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(("k" + key).getBytes(StandardCharsets.UTF_8));
    }

    private static <T> T decode(String cursor, Function<String, T> parse) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (!text.startsWith("k")) {
                throw InvalidQueryException.cursor(cursor);
            }
            return parse.apply(text.substring(1));
        } catch (IllegalArgumentException malformed) {
            throw InvalidQueryException.cursor(cursor);
        }
    }
}
