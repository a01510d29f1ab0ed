package io.waybill.deadletters.autoconfigure;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * The data source once this module's tables are there. Whoever takes it from here starts after the migration. A Flyway
 * of its own with a history of its own: the team's migrations and the sibling modules' do not meet it.
 */
public final class DeadLetterSchema {

    private final DataSource dataSource;

    private DeadLetterSchema(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    public static DeadLetterSchema migrated(DataSource dataSource) {
        Flyway.configure()
                .dataSource(dataSource)
                .schemas("waybill")
                .createSchemas(true)
                .table("dead_letter_schema_history")
                .locations("classpath:db/migrations/dlq-admin")
                // The schema is shared with sibling modules: it may not be empty when this one comes first.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
        return new DeadLetterSchema(dataSource);
    }

    DataSource dataSource() {
        return dataSource;
    }
}
