package io.waybill.tracking.autoconfigure;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.audit.autoconfigure.AuditSchema;
import io.waybill.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/** A real Postgres for the tests of a class, with the migrated schema, empty before each test. */
public final class TrackingDatabase implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

    private @Nullable Path folder;
    private @Nullable EmbeddedPostgres server;
    private @Nullable HikariDataSource dataSource;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path created = Files.createTempDirectory("tracking-database");
        folder = created;
        EmbeddedPostgres started = EmbeddedPostgres.start(created);
        server = started;
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(started.jdbcUrl());
        pool.setUsername(started.username());
        pool.setPassword(started.password());
        pool.setMaximumPoolSize(6);
        dataSource = pool;
        TrackingSchema.migrated(AuditSchema.migrated(pool).dataSource());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        jdbc().sql("TRUNCATE waybill.flow, waybill.flow_result, waybill.part, waybill.incident,"
                        + " waybill.tracking_position, waybill.webhook_target, waybill.webhook_delivery")
                .update();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        dataSource().close();
        Objects.requireNonNull(server).close();
        FileSystemUtils.deleteRecursively(folder);
    }

    public HikariDataSource dataSource() {
        return Objects.requireNonNull(dataSource, "the server has not been started");
    }

    public EmbeddedPostgres server() {
        return Objects.requireNonNull(server, "the server has not been started");
    }

    public JdbcClient jdbc() {
        return JdbcClient.create(dataSource());
    }
}
