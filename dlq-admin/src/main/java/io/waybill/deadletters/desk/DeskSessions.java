package io.waybill.deadletters.desk;

import java.util.function.Function;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.jpa.HibernatePersistenceConfiguration;

/**
 * The persistence unit of this module, its own from end to end: it scans nothing, shares no entity manager, naming
 * strategy, {@code ddl-auto} or transaction with the team's JPA, and is there for teams that use none. The schema must
 * have been migrated before.
 */
public final class DeskSessions implements AutoCloseable {

    private final SessionFactory sessions;

    public DeskSessions(DataSource dataSource) {
        sessions = new HibernatePersistenceConfiguration("waybill-dead-letters")
                .managedClasses(DeadLetterHead.class, Revision.class, ReplayOrder.class)
                .defaultSchema("waybill")
                .property("jakarta.persistence.nonJtaDataSource", dataSource)
                .property("jakarta.persistence.validation.mode", "none")
                .property("hibernate.hbm2ddl.auto", "none")
                .property("hibernate.jdbc.time_zone", "UTC")
                .createEntityManagerFactory();
    }

    /** One database transaction; an exception rolls it back. */
    <R> R inTransaction(Function<Session, R> work) {
        return sessions.fromTransaction(work);
    }

    @Override
    public void close() {
        sessions.close();
    }
}
