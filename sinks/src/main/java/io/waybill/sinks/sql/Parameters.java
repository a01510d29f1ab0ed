package io.waybill.sinks.sql;

import java.util.regex.Pattern;

/** The {@code ?} of a team's statement. */
public final class Parameters {

    /** What may hold a {@code ?} that is no parameter: comments, quoted text and names, and PostgreSQL's {@code ??}. */
    private static final Pattern NONE = Pattern.compile(
            "--[^\\n]*|/\\*.*?\\*/|'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|(\\$\\w*\\$).*?\\1|\\?\\?", Pattern.DOTALL);

    private Parameters() {}

    public static int in(String sql) {
        String bare = NONE.matcher(sql).replaceAll(" ");
        return Math.toIntExact(bare.chars().filter(c -> c == '?').count());
    }

    /**
     * A batch would silently give a row that has too few values those of the row before.
     *
     * @throws IllegalArgumentException where a row has another number of values than its statement has parameters
     */
    public static void requireAll(String sql, int parameters, int values) {
        if (values != parameters) {
            throw new IllegalArgumentException(
                    "expected %d values for '%s', but got %d".formatted(parameters, sql, values));
        }
    }
}
