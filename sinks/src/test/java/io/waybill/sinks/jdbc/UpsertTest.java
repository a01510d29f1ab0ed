package io.waybill.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.sink.Applied;
import io.waybill.sink.Applier;
import io.waybill.sink.SinkScope;
import io.waybill.sink.StagedRow;
import io.waybill.sink.Turn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpsertTest {

    private static final Upsert BOOKING =
            Upsert.into("booking").key("bank", "id").columns("iban", "amount");
    private static final Upsert SEEN = Upsert.into("booking").key("bank", "id");

    private final JdbcDataSource dataSource = new JdbcDataSource();

    private void create(String mode) throws SQLException {
        dataSource.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;MODE=" + mode);
        execute("CREATE TABLE booking (bank varchar(9), id int, iban varchar(34), amount int, PRIMARY KEY (bank, id))");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute(sql);
        }
    }

    private List<String> rows() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT bank, id, iban, amount FROM booking ORDER BY bank, id")) {
            List<String> rows = new ArrayList<>();
            while (row.next()) {
                rows.add("%s %d %s %s".formatted(row.getString(1), row.getInt(2), row.getString(3), row.getObject(4)));
            }
            return rows;
        }
    }

    private record Row(Object[] value) implements StagedRow<Object[]> {

        @Override
        public long offset() {
            return 0;
        }
    }

    private static Row row(Object... values) {
        return new Row(values);
    }

    @Test
    void inserts_what_is_not_there_and_updates_what_is_in_the_order_of_rows() throws Exception {
        create("REGULAR");
        execute("INSERT INTO booking VALUES ('a', 1, 'old', 1)");
        JdbcTarget<Object[]> target =
                JdbcTarget.of(dataSource, BOOKING, (row, values) -> List.of(row).forEach(values::add));
        try (Applier<Object[]> applier = target.open(new SinkScope("group", "bookings"), 0)) {
            assertThat(applier.standing("log")).isNotNull();
            assertThat(applier.apply(
                            new Turn("log", Turn.NOTHING, 3, 0),
                            List.of(row("a", 1, "new", 2), row("b", 1, "other", 3), row("b", 1, "other", 4))))
                    .isEqualTo(new Applied.Done());
        }
        assertThat(rows()).containsExactly("a 1 new 2", "b 1 other 4");
    }

    /** Where H2 knows the words of others; none of these servers is here. */
    @ParameterizedTest
    @CsvSource({"MySQL, MySQL", "MariaDB, MariaDB"})
    void speaks_as_mysql_does(String product, String mode) throws Exception {
        create(mode);
        execute("INSERT INTO booking VALUES ('a', 1, 'old', 1)");
        run(BOOKING.on(product), "a", 1, "new", 2);
        run(BOOKING.on(product), "b", 1, "other", 3);
        run(SEEN.on(product), "a", 1);
        run(SEEN.on(product), "c", 1);
        assertThat(rows()).containsExactly("a 1 new 2", "b 1 other 3", "c 1 null null");
    }

    private void run(String sql, Object... values) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            int unused = statement.executeUpdate();
        }
    }

    @Test
    void says_what_others_want_to_hear() throws Exception {
        assertThat(BOOKING.on("Microsoft SQL Server"))
                .isEqualTo("MERGE INTO booking WITH (HOLDLOCK) t USING (VALUES (?, ?, ?, ?)) s (bank, id, iban, amount)"
                        + " ON (t.bank = s.bank AND t.id = s.id)"
                        + " WHEN MATCHED THEN UPDATE SET t.iban = s.iban, t.amount = s.amount"
                        + " WHEN NOT MATCHED THEN INSERT (bank, id, iban, amount)"
                        + " VALUES (s.bank, s.id, s.iban, s.amount);");
        assertThat(SEEN.on("Oracle"))
                .isEqualTo("MERGE INTO booking t USING (SELECT ? AS bank, ? AS id FROM dual) s"
                        + " ON (t.bank = s.bank AND t.id = s.id)"
                        + " WHEN NOT MATCHED THEN INSERT (bank, id) VALUES (s.bank, s.id)");
        assertThat(BOOKING.on("PostgreSQL"))
                .isEqualTo("INSERT INTO booking (bank, id, iban, amount) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (bank, id) DO UPDATE SET iban = excluded.iban, amount = excluded.amount");
        assertThat(SEEN.on("PostgreSQL"))
                .isEqualTo("INSERT INTO booking (bank, id) VALUES (?, ?) ON CONFLICT (bank, id) DO NOTHING");
    }

    @Test
    void a_database_that_it_does_not_know_asks_for_a_person() {
        assertThatThrownBy(() -> BOOKING.on("Adabas"))
                .isInstanceOf(SQLFeatureNotSupportedException.class)
                .hasMessageContaining("but was Adabas")
                .extracting(thrown -> new Answers(none -> false)
                        .unavailable((SQLException) thrown)
                        .needsPerson())
                .isEqualTo(true);
    }

    @Test
    void names_what_is_wrong_with_it() {
        assertThatThrownBy(() -> Upsert.into("booking").key())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'booking', [] and []");
        assertThatThrownBy(() -> Upsert.into("booking").key("id").columns("id"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("each column of 'booking' once");
    }
}
