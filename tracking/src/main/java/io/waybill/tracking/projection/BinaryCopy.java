package io.waybill.tracking.projection;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/**
 * Brings rows into one table by Postgres' binary COPY, which costs a fraction of any INSERT. The format is that of the
 * PostgreSQL manual, chapter "COPY", section "Binary Format". Stateless and safe for any thread.
 *
 * @param table in the schema {@code waybill}
 * @param columns in the order in which the rows write their fields
 */
record BinaryCopy(String table, String columns) {

    private static final byte[] SIGNATURE = "PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final int OID_INT4 = 23;
    private static final int OID_TEXT = 25;
    private static final int BUFFER_BYTES = 1 << 16;

    /** Adds rows of which none is in the table yet. */
    void insert(Connection connection, Collection<? extends Row> rows) throws SQLException {
        copy(connection, "waybill." + table, rows);
    }

    /**
     * Puts rows into a staging table that lives with the session and is empty again after the transaction.
     *
     * @return its name, for the statement that merges it
     */
    String stage(Connection connection, Collection<? extends Row> rows) throws SQLException {
        String staging = "pg_temp.waybill_staged_" + table;
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE IF NOT EXISTS waybill_staged_" + table + " (LIKE waybill." + table
                    + ") ON COMMIT DELETE ROWS");
        }
        copy(connection, staging, rows);
        return staging;
    }

    private void copy(Connection connection, String target, Collection<? extends Row> rows) throws SQLException {
        String sql = "COPY " + target + " (" + columns + ") FROM STDIN BINARY";
        short fieldCount = (short) columns.split(",", -1).length;
        PGConnection postgres = connection.unwrap(PGConnection.class);
        try (DataOutputStream out = new DataOutputStream(
                new BufferedOutputStream(new PGCopyOutputStream(postgres, sql, BUFFER_BYTES), BUFFER_BYTES))) {
            out.write(SIGNATURE);
            out.writeInt(0);
            out.writeInt(0);
            Fields fields = new Fields(out);
            for (Row row : rows) {
                out.writeShort(fieldCount);
                row.writeTo(fields);
            }
            out.writeShort(-1);
        } catch (IOException e) {
            throw new SQLException("the copy into " + target + " failed: " + e.getMessage(), "08006", e);
        }
    }

    /** Something that writes as many fields as the copy has columns. */
    interface Row {
        void writeTo(Fields out);
    }

    /** Null is written for a null. */
    static final class Fields {

        private final DataOutputStream out;

        private Fields(DataOutputStream out) {
            this.out = out;
        }

        Fields uuid(@Nullable UUID value) {
            return field(value, 16, uuid -> {
                out.writeLong(uuid.getMostSignificantBits());
                out.writeLong(uuid.getLeastSignificantBits());
            });
        }

        Fields int2(short value) {
            return field(value, 2, number -> out.writeShort(number));
        }

        Fields int4(@Nullable Integer value) {
            return field(value, 4, out::writeInt);
        }

        Fields int8(@Nullable Long value) {
            return field(value, 8, out::writeLong);
        }

        Fields timestamp(@Nullable Instant value) {
            return int8(value == null ? null : EPOCH.until(value, ChronoUnit.MICROS));
        }

        Fields text(@Nullable String value) {
            byte @Nullable [] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
            return field(bytes, bytes == null ? 0 : bytes.length, content -> out.write(content));
        }

        Fields ints(List<Integer> values) {
            return field(values, headerBytes(values) + 8 * values.size(), elements -> {
                header(elements.size(), OID_INT4);
                for (int element : elements) {
                    out.writeInt(4);
                    out.writeInt(element);
                }
            });
        }

        Fields texts(List<String> values) {
            List<byte[]> encoded = values.stream()
                    .map(value -> value.getBytes(StandardCharsets.UTF_8))
                    .toList();
            int content = encoded.stream().mapToInt(bytes -> 4 + bytes.length).sum();
            return field(encoded, headerBytes(values) + content, elements -> {
                header(elements.size(), OID_TEXT);
                for (byte[] element : elements) {
                    out.writeInt(element.length);
                    out.write(element);
                }
            });
        }

        private static int headerBytes(List<?> values) {
            return values.isEmpty() ? 12 : 20;
        }

        private void header(int size, int elementOid) throws IOException {
            out.writeInt(size == 0 ? 0 : 1);
            out.writeInt(0);
            out.writeInt(elementOid);
            if (size > 0) {
                out.writeInt(size);
                out.writeInt(1);
            }
        }

        private <T> Fields field(@Nullable T value, int bytes, Content<T> content) {
            try {
                if (value == null) {
                    out.writeInt(-1);
                } else {
                    out.writeInt(bytes);
                    content.write(value);
                }
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private interface Content<T> {
            void write(T value) throws IOException;
        }
    }
}
