package io.waybill.sinks.jdbc;

import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A row that is inserted, or updated where one with its key is there, in the words of the database that the rows go to:
 * {@code Upsert.into("booking").key("id").columns("iban", "amount")}. Its values are those of the key and then those of the
 * other columns, in this order. Without other columns a row that is there stays as it is. Table and columns are written
 * into the statement as they are given here. The table must have a unique index on the key, and on nothing else where the database
 * is MySQL or MariaDB. Immutable.
 *
 * @param key at least one
 * @param columns besides the key
 */
public record Upsert(String table, List<String> key, List<String> columns) {

    /** SQLSTATE. */
    private static final String NOT_SUPPORTED = "0A000";

    public Upsert {
        key = List.copyOf(key);
        columns = List.copyOf(columns);
        List<String> all = new ArrayList<>(key);
        all.addAll(columns);
        if (table.isBlank() || key.isEmpty() || all.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "expected names of a table, of its key and of its other columns, but was '%s', %s and %s"
                            .formatted(table, key, columns));
        }
        if (new HashSet<>(all).size() < all.size()) {
            throw new IllegalArgumentException(
                    "expected each column of '%s' once, but was %s and %s".formatted(table, key, columns));
        }
    }

    /** Awaits its key. */
    public record Into(String table) {

        public Upsert key(String... columns) {
            return new Upsert(table, List.of(columns), List.of());
        }
    }

    public static Into into(String table) {
        return new Into(table);
    }

    /** The columns besides the key. */
    public Upsert columns(String... columns) {
        return new Upsert(table, key, List.of(columns));
    }

    int values() {
        return key.size() + columns.size();
    }

    /** @param product as its driver names it */
    String on(String product) throws SQLFeatureNotSupportedException {
        String name = product.toLowerCase(Locale.ROOT);
        if (name.equals("h2")) {
            return "MERGE INTO %s (%s) KEY (%s) VALUES (%s)".formatted(table, list(all()), list(key), marks());
        }
        if (name.contains("mysql") || name.contains("mariadb")) {
            return insert() + " ON DUPLICATE KEY UPDATE " + onDuplicateKey();
        }
        if (name.contains("postgres") || name.contains("sqlite")) {
            return insert() + " ON CONFLICT (%s) DO %s".formatted(list(key), onConflict());
        }
        if (name.contains("oracle")) {
            return merge("", "(SELECT %s FROM dual) s".formatted(each(all(), column -> "? AS " + column)));
        }
        if (name.contains("microsoft sql server")) {
            return merge(" WITH (HOLDLOCK)", "(VALUES (%s)) s (%s)".formatted(marks(), list(all()))) + ";";
        }
        throw new SQLFeatureNotSupportedException(
                "expected a database whose upserts are known (PostgreSQL, MySQL, MariaDB, Oracle, SQL Server, SQLite, H2), but was %s: give JdbcTarget the statement itself"
                        .formatted(product),
                NOT_SUPPORTED);
    }

    private String insert() {
        return "INSERT INTO %s (%s) VALUES (%s)".formatted(table, list(all()), marks());
    }

    private String onDuplicateKey() {
        return columns.isEmpty()
                ? "%1$s = %1$s".formatted(key.getFirst())
                : each(columns, column -> "%1$s = VALUES(%1$s)".formatted(column));
    }

    private String onConflict() {
        return columns.isEmpty()
                ? "NOTHING"
                : "UPDATE SET " + each(columns, column -> "%1$s = excluded.%1$s".formatted(column));
    }

    private String merge(String hint, String source) {
        String matches = key.stream().map("t.%1$s = s.%1$s"::formatted).collect(Collectors.joining(" AND "));
        String update = columns.isEmpty()
                ? ""
                : "WHEN MATCHED THEN UPDATE SET %s ".formatted(each(columns, "t.%1$s = s.%1$s"::formatted));
        return "MERGE INTO %s%s t USING %s ON (%s) %sWHEN NOT MATCHED THEN INSERT (%s) VALUES (%s)"
                .formatted(table, hint, source, matches, update, list(all()), each(all(), column -> "s." + column));
    }

    private List<String> all() {
        List<String> all = new ArrayList<>(key);
        all.addAll(columns);
        return all;
    }

    private String marks() {
        return each(all(), column -> "?");
    }

    private static String list(List<String> columns) {
        return String.join(", ", columns);
    }

    private static String each(List<String> columns, Function<String, String> as) {
        return columns.stream().map(as).collect(Collectors.joining(", "));
    }
}
