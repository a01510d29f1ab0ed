package io.waybill.benchmarks.sinks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A new table for each contender. Counting it costs the database the same with each of them. */
final class TableTarget implements Target {

    private final String jdbcUrl;

    TableTarget(String jdbcUrl) throws SQLException {
        this.jdbcUrl = jdbcUrl;
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute("DROP TABLE IF EXISTS target, waybill_fence, waybill_progress;"
                    + " CREATE TABLE target (number bigint NOT NULL, payload text NOT NULL)");
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl, "waybill", "waybill");
    }

    @Override
    public long rows() throws SQLException {
        return asked("SELECT count(*) FROM target");
    }

    @Override
    public void verify(int rows) throws SQLException {
        Target.require("rows", rows, rows());
        Target.require("different rows", rows, asked("SELECT count(DISTINCT number) FROM target"));
        Target.require("prepared transactions", 0, asked("SELECT count(*) FROM pg_prepared_xacts"));
    }

    private long asked(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
