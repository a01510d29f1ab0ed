package io.waybill.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sink.Applier;
import io.waybill.sink.SinkScope;
import io.waybill.sink.StagedRow;
import io.waybill.sink.StagedTarget;
import io.waybill.sink.Standing;
import io.waybill.sink.Turn;
import io.waybill.sink.Unavailable;
import io.waybill.testkit.contract.StagedTargetContract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Another database than the one it was written for. */
class H2TargetContractTest extends StagedTargetContract {

    private final JdbcDataSource dataSource = new JdbcDataSource();

    @BeforeEach
    void create() throws SQLException {
        dataSource.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute(
                    "CREATE TABLE entries (place bigint GENERATED ALWAYS AS IDENTITY, entry varchar(5) NOT NULL)");
        }
    }

    @Override
    protected StagedTarget<String> target() {
        return JdbcTarget.of(
                dataSource, "INSERT INTO entries (entry) VALUES (?)", (entry, values) -> values.add(entry));
    }

    @Override
    protected List<String> applied() {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT entry FROM entries ORDER BY place")) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void a_binder_with_too_few_or_too_many_values_rejects_nothing_and_asks_for_a_person() {
        for (int values : new int[] {0, 2}) {
            JdbcTarget<String> wrong =
                    JdbcTarget.of(dataSource, "INSERT INTO entries (entry) VALUES (?)", (entry, row) -> {
                        for (int i = 0; i < values; i++) {
                            row.add(entry);
                        }
                    });
            try (Applier<String> applier = wrong.open(new SinkScope("group", "wrong"), 0)) {
                assertThat(applier.standing("log")).isEqualTo(new Standing.Nowhere());
                assertThat(applier.apply(new Turn("log", Turn.NOTHING, 1, 0), List.of(new Row("one"))))
                        .isInstanceOfSatisfying(Unavailable.class, why -> {
                            assertThat(why.needsPerson()).isTrue();
                            assertThat(why.reason()).contains("expected 1 values", "got " + values);
                        });
            }
        }
        assertThat(applied()).isEmpty();
    }

    private record Row(String value) implements StagedRow<String> {

        @Override
        public long offset() {
            return 0;
        }
    }

    @Override
    protected String refused() {
        return "too long for it";
    }
}
