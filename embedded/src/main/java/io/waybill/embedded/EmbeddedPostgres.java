package io.waybill.embedded;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A Postgres server as a child process, on loopback, with the database and the user {@code waybill}. Started again on
 * the same folder it has its data back, however it ended. It registers no shutdown hook: close it after everything that
 * uses it. Safe for any thread.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final String NAME = "the embedded Postgres";
    private static final String DATABASE_AND_USER = "waybill";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(30);

    private final io.zonky.test.db.postgres.embedded.EmbeddedPostgres server;
    private final DataFolder folder;
    private final Path cluster;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedPostgres(
            io.zonky.test.db.postgres.embedded.EmbeddedPostgres server, DataFolder folder, Path cluster) {
        this.server = server;
        this.folder = folder;
        this.cluster = cluster;
    }

    /** Starts a server on any free port. */
    public static EmbeddedPostgres start(Path dataFolder) {
        return start(dataFolder, 0);
    }

    /**
     * Returns when clients can connect. A server that a killed application left on this folder is stopped first.
     *
     * @param port 0 for any free one
     * @throws EmbeddedServerException where the port is taken, the folder is in use, Postgres may not run here, or it
     *     does not start
     */
    public static EmbeddedPostgres start(Path dataFolder, int port) {
        DataFolder folder = DataFolder.lock(dataFolder);
        try {
            return start(folder, port);
        } catch (EmbeddedServerException clear) {
            folder.close();
            throw clear;
        } catch (InterruptedException interrupted) {
            folder.close();
            Thread.currentThread().interrupt();
            throw EmbeddedServerException.failed(NAME, folder.path(), interrupted);
        } catch (IOException | SQLException | RuntimeException failure) {
            folder.close();
            throw EmbeddedServerException.failed(NAME, folder.path(), failure);
        }
    }

    private static EmbeddedPostgres start(DataFolder folder, int port)
            throws IOException, InterruptedException, SQLException {
        if ("root".equals(System.getProperty("user.name")) && !LinuxUtils.isUnshareAvailable()) {
            throw EmbeddedServerException.userNamespacesForbidden();
        }
        Path cluster = folder.path().resolve("cluster");
        PostmasterPid.clear(cluster);
        int free = Ports.claim(NAME, port, EmbeddedProperties.POSTGRES_PORT);
        FirstStart first = FirstStart.of(cluster);
        try {
            EmbeddedPostgres started = new EmbeddedPostgres(startServer(cluster, free), folder, cluster);
            if (first.isDue()) {
                started.createDatabase();
                first.done();
            }
            return started;
        } catch (IOException | SQLException | RuntimeException failure) {
            PostmasterPid.clear(cluster);
            throw failure;
        }
    }

    private static io.zonky.test.db.postgres.embedded.EmbeddedPostgres startServer(Path cluster, int port)
            throws IOException {
        return io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
                .setDataDirectory(cluster)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START)
                .setPort(port)
                // The same order of text on every machine, whatever locales it has.
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("max_connections", "100")
                .setServerConfig("max_prepared_transactions", "64")
                // The library is made for throw-away databases and turns durability off.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    private void createDatabase() throws SQLException {
        try (Connection superuser = server.getPostgresDatabase().getConnection();
                Statement statement = superuser.createStatement()) {
            statement.execute("CREATE ROLE waybill LOGIN PASSWORD 'waybill'");
            statement.execute("CREATE DATABASE waybill OWNER waybill");
        }
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port(), DATABASE_AND_USER);
    }

    public String username() {
        return DATABASE_AND_USER;
    }

    public String password() {
        return DATABASE_AND_USER;
    }

    public int port() {
        return server.getPort();
    }

    /** Ends the server as kill -9 does, for tests; the folder can be started again. */
    public void kill() {
        awaitEnd(server().map(process -> {
            process.destroyForcibly();
            return process;
        }));
        close();
    }

    /** Ends the server in order: open transactions roll back, data is flushed. Repeating it does nothing. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        Optional<ProcessHandle> process = server();
        try {
            server.close();
            // The library gives up after five seconds; port and folder are free only when the process has ended.
            awaitEnd(process);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            folder.close();
        }
    }

    private Optional<ProcessHandle> server() {
        try {
            return PostmasterPid.running(cluster);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void awaitEnd(Optional<ProcessHandle> process) {
        try {
            if (process.isPresent() && !PostmasterPid.hasEnded(process.get(), STOP)) {
                throw EmbeddedServerException.postgresHeld(
                        cluster, process.get().pid());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
