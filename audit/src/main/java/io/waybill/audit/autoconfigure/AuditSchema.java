package io.waybill.audit.autoconfigure;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * The data source once this module's tables are there. Whoever takes it from here starts after the migration. A Flyway
 * of its own with a history of its own: the team's migrations and the sibling modules' do not meet it.
 */
public record AuditSchema(DataSource dataSource) {

    public static AuditSchema migrated(DataSource dataSource) {
        Flyway.configure()
                .dataSource(dataSource)
                .schemas("waybill")
                .createSchemas(true)
                .table("audit_schema_history")
                .locations("classpath:db/migrations/audit")
                // The schema is shared with sibling modules: it may not be empty when this one comes first.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
        return new AuditSchema(dataSource);
    }
}
