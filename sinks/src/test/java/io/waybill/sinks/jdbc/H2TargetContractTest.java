package io.waybill.sinks.jdbc;

import io.waybill.sink.StagedTarget;
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

    @Override
    protected String refused() {
        return "too long for it";
    }
}
