package io.waybill.sinks.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.util.FileSystemUtils;

/** A real server for the tests of a class, with an empty table {@code ledger} and nothing prepared before each test. */
final class LedgerDatabase implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

    private @Nullable Path folder;
    private @Nullable Path backup;
    private @Nullable EmbeddedPostgres server;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path created = Files.createTempDirectory("ledger");
        folder = created;
        server = EmbeddedPostgres.start(created);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        for (String gid : query("SELECT gid FROM pg_prepared_xacts")) {
            execute("ROLLBACK PREPARED '" + gid + "'");
        }
        execute("DROP TABLE IF EXISTS ledger, waybill_fence, waybill_progress, waybill_rejected");
        execute("CREATE TABLE ledger (position bigint GENERATED ALWAYS AS IDENTITY, entry text UNIQUE)");
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        server().close();
        FileSystemUtils.deleteRecursively(folder);
        FileSystemUtils.deleteRecursively(backup);
    }

    private EmbeddedPostgres server() {
        return Objects.requireNonNull(server, "the server has not been started");
    }

    /** Ends the server as kill -9 does; it is back on the same port when this returns. */
    void killAndRestart() {
        int port = server().port();
        server().kill();
        server = EmbeddedPostgres.start(Objects.requireNonNull(folder), port);
    }

    /** Keeps the data as they are; the server is stopped in good order meanwhile. */
    void backUp() throws IOException, InterruptedException {
        int port = server().port();
        server().close();
        FileSystemUtils.deleteRecursively(backup);
        backup = Files.createTempDirectory("backup");
        copy(data(), backup);
        server = EmbeddedPostgres.start(data(), port);
    }

    /** The server with the data of {@link #backUp}, on the same port. */
    void restore() throws IOException, InterruptedException {
        int port = server().port();
        server().close();
        FileSystemUtils.deleteRecursively(data());
        copy(Objects.requireNonNull(backup, "there is no backup"), Files.createDirectory(data()));
        server = EmbeddedPostgres.start(data(), port);
    }

    /** With its rights: the server runs on a folder of its own only. */
    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        Process copying = new ProcessBuilder("cp", "-a", from + "/.", to.toString()).start();
        assertThat(copying.waitFor()).isZero();
    }

    private Path data() {
        return Objects.requireNonNull(folder, "the server has not been started");
    }

    String url() {
        return server().jdbcUrl();
    }

    /** Ends every connection to the database but the one that asks for it. */
    void cut() {
        assertThat(query(
                        superuser("waybill"),
                        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                                + " WHERE datname = 'waybill' AND pid <> pg_backend_pid()"))
                .isNotEmpty()
                .containsOnly("t");
    }

    /** From now on it answers rows of the ledger as a server does that cannot make its files larger. */
    void fillTheDisk() {
        execute("""
                CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
                CREATE TRIGGER full_disk BEFORE INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION full_disk()""");
    }

    void emptyTheDisk() {
        execute("DROP TRIGGER full_disk ON ledger");
    }

    DataSource dataSource() {
        return as(server().username(), server().password());
    }

    PGSimpleDataSource as(String user, String password) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server().jdbcUrl());
        dataSource.setUser(user);
        dataSource.setPassword(password);
        return dataSource;
    }

    /** The role that may do everything, in any database. */
    DataSource superuser(String database) {
        PGSimpleDataSource dataSource = as("postgres", "postgres");
        dataSource.setDatabaseName(database);
        return dataSource;
    }

    PostgresSink<String> sink() {
        return sink(dataSource());
    }

    static PostgresSink<String> sink(DataSource dataSource) {
        return PostgresSink.into(
                dataSource, "INSERT INTO ledger (entry) VALUES (?)", (entry, values) -> values.add(entry));
    }

    List<String> entries() {
        return query("SELECT entry FROM ledger ORDER BY position");
    }

    List<String> query(String sql) {
        return query(dataSource(), sql);
    }

    static List<String> query(DataSource dataSource, String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException refused) {
            throw new IllegalStateException(sql, refused);
        }
    }

    void execute(String sql) {
        execute(dataSource(), sql);
    }

    static void execute(DataSource dataSource, String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute(sql);
        } catch (SQLException refused) {
            throw new IllegalStateException(sql, refused);
        }
    }
}
