package io.waybill.audit.chain;

import io.waybill.audit.AuditEntry;
import io.waybill.audit.query.EntryRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Checks that no entry was altered, dropped or put in. Computes every hash anew, with none of the database's functions,
 * over the log as it stood at one moment; a million entries take seconds. Whoever noted number and hash of an entry
 * outside the database can prove besides that what came up to it is what was there then: the end of a chain alone can be
 * cut off and written anew by somebody who owns the database.
 */
public final class AuditChain {

    private static final int FETCHED = 1_000;

    private AuditChain() {}

    /**
     * An entry that somebody noted.
     *
     * @param hash 64 hexadecimal digits
     */
    public record Anchor(long number, String hash) {

        /** @param text {@code number:hash} */
        public static Anchor parse(String text) {
            int colon = text.indexOf(':');
            try {
                long number = Long.parseLong(text, 0, colon, 10);
                byte[] hash = HexFormat.of().parseHex(text, colon + 1, text.length());
                if (number >= 0 && hash.length == ChainHash.BYTES) {
                    return new Anchor(number, HexFormat.of().formatHex(hash));
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
                // Said below.
            }
            throw new IllegalArgumentException(
                    "expected an anchor as number:hash with 64 hexadecimal digits, but was: " + text);
        }

        @Override
        public String toString() {
            return number + ":" + hash;
        }
    }

    /** What the check found. */
    public sealed interface Verdict {

        /** @param head number and hash of the newest entry; worth noting elsewhere */
        record Whole(Anchor head) implements Verdict {}

        /**
         * @param number of the first entry that is wrong
         * @param why in words for people
         */
        record Broken(long number, String why) implements Verdict {}
    }

    /**
     * @param connection no transaction may be open; is given back as it was
     * @param anchor null where nothing was noted
     */
    public static Verdict verify(Connection connection, @Nullable Anchor anchor) throws SQLException {
        int isolation = connection.getTransactionIsolation();
        connection.setAutoCommit(false);
        try {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return walk(connection, anchor);
        } finally {
            connection.rollback();
            connection.setTransactionIsolation(isolation);
            connection.setAutoCommit(true);
        }
    }

    private static Verdict walk(Connection connection, @Nullable Anchor anchor) throws SQLException {
        Anchor head = head(connection);
        byte[] before = new byte[ChainHash.BYTES];
        long expected = 1;
        boolean anchored =
                anchor == null || anchor.equals(new Anchor(0, HexFormat.of().formatHex(before)));
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT * FROM waybill.audit_entry ORDER BY number")) {
            statement.setFetchSize(FETCHED);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    AuditEntry entry = EntryRows.entry(row);
                    if (entry.number() != expected) {
                        return new Verdict.Broken(
                                expected, "entry %d is missing: %d follows".formatted(expected, entry.number()));
                    }
                    byte[] hash = ChainHash.of(before, entry);
                    String hex = HexFormat.of().formatHex(hash);
                    if (!hex.equals(entry.hash())) {
                        return new Verdict.Broken(
                                expected, "entry %d, or the hash before it, was altered".formatted(expected));
                    }
                    if (anchor != null && anchor.number() == expected) {
                        if (!anchor.hash().equals(hex)) {
                            return new Verdict.Broken(
                                    expected, "entry %d is not the one that was noted".formatted(expected));
                        }
                        anchored = true;
                    }
                    before = hash;
                    expected++;
                }
            }
        }
        Anchor end = new Anchor(expected - 1, HexFormat.of().formatHex(before));
        if (!end.equals(head)) {
            return new Verdict.Broken(
                    expected, "the log ends with entry %d, but its head says %s".formatted(end.number(), head));
        }
        if (!anchored) {
            return new Verdict.Broken(
                    expected, "the log ends with entry %d, before the one that was noted".formatted(end.number()));
        }
        return new Verdict.Whole(end);
    }

    private static Anchor head(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT number, hash FROM waybill.audit_head")) {
            return row.next()
                    ? new Anchor(row.getLong(1), HexFormat.of().formatHex(row.getBytes(2)))
                    : new Anchor(-1, "missing");
        }
    }
}
