package io.waybill.tracking.webhook;

import io.waybill.audit.AuditLog;
import io.waybill.audit.Deed;
import io.waybill.format.TrackingId;
import java.sql.Connection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What people see of deliveries, and the one order they can give. Safe for any thread. */
public final class Webhooks {

    private final WebhookDeliveries deliveries;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final AuditLog audit = new AuditLog();

    /** @param dataSource of a database with the tables of this module and of the audit log */
    public Webhooks(DataSource dataSource) {
        this.deliveries = new WebhookDeliveries(JdbcClient.create(dataSource));
        this.jdbc = new JdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    public enum DeliveryState {
        /** Not delivered yet: it is tried again by itself. */
        PENDING,
        /** The target has answered with a status of 200 to 299. */
        DELIVERED,
        /** It was tried as often as it may be, or the target wants no more. */
        GIVEN_UP
    }

    /**
     * @param attempt how many were begun, since a person sent it again where one did
     * @param httpStatus of the last answer; null where there was none
     * @param error of the last attempt; null where it did well or none was made
     * @param dueAt when a pending one is tried next, or is taken for lost by whoever tries it; null otherwise
     */
    public record DeliveryView(
            long id,
            String target,
            TrackingId trackingId,
            int number,
            String pipeline,
            DeliveryState state,
            int attempt,
            @Nullable Integer httpStatus,
            @Nullable String error,
            @Nullable Instant createdAt,
            @Nullable Instant dueAt,
            @Nullable Instant settledAt,
            @Nullable String sentAgainBy) {}

    /**
     * Newest first.
     *
     * @param before only those with lesser ids
     */
    public List<DeliveryView> list(@Nullable String target, @Nullable DeliveryState state, long before, int limit) {
        return deliveries.list(target, state, before, limit);
    }

    /**
     * Sends it once more, with the same id, and enters in the audit log who wanted that.
     *
     * @throws UnknownDeliveryException where there is none of this id
     * @throws DeliveryPendingException where it is on its way anyway
     */
    public void sendAgain(long id, String by) {
        DeliveryView known = deliveries.find(id);
        if (known == null) {
            throw UnknownDeliveryException.of(id);
        }
        boolean sent =
                Boolean.TRUE.equals(transaction.execute(status -> deliveries.sendAgain(id, by) && entered(known, by)));
        if (!sent) {
            throw DeliveryPendingException.of(known);
        }
    }

    /** In the transaction of the change, and last: entering locks the end of the audit log. */
    private boolean entered(DeliveryView delivery, String by) {
        Deed deed = new Deed(
                "send-again:" + UUID.randomUUID(),
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                by,
                Deed.Action.WEBHOOK_SENT_AGAIN,
                Long.toString(delivery.id()),
                delivery.pipeline(),
                delivery.trackingId(),
                null,
                Map.of("target", delivery.target(), "number", delivery.number()));
        return Boolean.TRUE.equals(jdbc.execute((Connection connection) -> audit.append(connection, deed)));
    }
}
