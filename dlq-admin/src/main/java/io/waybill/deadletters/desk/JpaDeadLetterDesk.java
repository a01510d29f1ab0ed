package io.waybill.deadletters.desk;

import static io.waybill.deadletters.storage.StoredText.MESSAGE;
import static io.waybill.deadletters.storage.StoredText.NAME;

import io.waybill.audit.AuditLog;
import io.waybill.audit.Deed;
import io.waybill.deadletters.DeadLetterConflictException;
import io.waybill.deadletters.DeadLetterDesk;
import io.waybill.deadletters.DeadLetterLife;
import io.waybill.deadletters.DeadLetterLife.Event;
import io.waybill.deadletters.DeadLetterNotFoundException;
import io.waybill.deadletters.DeadLetters.Action;
import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.DeadLetters.RevisionView;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.deadletters.query.JdbcDeadLetters;
import io.waybill.deadletters.storage.StoredHeaders;
import io.waybill.deadletters.storage.StoredText;
import io.waybill.pipeline.Headers;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/**
 * The desk by JPA. Every change holds the dead letter's row, compares revision and status under it, and is entered in
 * the audit log with it.
 */
public final class JpaDeadLetterDesk implements DeadLetterDesk {

    private final DeskSessions sessions;
    private final JdbcDeadLetters deadLetters;
    private final DeskLimits limits;
    private final InstantSource clock;
    private final Runnable ordered;
    private final AuditLog audit = new AuditLog();

    /** @param ordered called after an order was committed, to send it soon */
    public JpaDeadLetterDesk(
            DeskSessions sessions,
            JdbcDeadLetters deadLetters,
            DeskLimits limits,
            InstantSource clock,
            Runnable ordered) {
        this.sessions = sessions;
        this.deadLetters = deadLetters;
        this.limits = limits;
        this.clock = clock;
        this.ordered = ordered;
    }

    @Override
    public RevisionView revise(
            String id, int basedOn, byte[] payload, @Nullable Headers headers, String author, @Nullable String reason) {
        limits.check(payload);
        if (headers != null) {
            limits.check(headers);
        }
        String key = StoredText.of(id, MESSAGE);
        String by = StoredText.of(author, NAME);
        String why = reason == null ? null : StoredText.of(reason, MESSAGE);
        return sessions.inTransaction(session -> {
            DeadLetterHead head = lock(session, key);
            Status next = DeadLetterLife.after(head.status(), Event.EDIT)
                    .orElseThrow(() -> forbidden(session, key, "edited", head.status()));
            int newest = requireNewest(session, key, basedOn);
            if (newest >= limits.maxRevisions()) {
                throw DeadLetterConflictException.full(key, limits.maxRevisions());
            }
            String stored = headers == null ? headersOf(session, head, key, basedOn) : StoredHeaders.write(headers);
            Revision revision = new Revision(
                    new Revision.Key(key, newest + 1),
                    basedOn,
                    head.attempt(),
                    by,
                    now(),
                    why,
                    stored,
                    payload.clone());
            session.persist(revision);
            head.status(next);
            enter(session, revision.deed(head));
            return revision.view();
        });
    }

    @Override
    public ReplayView replay(String id, int revision, String requestedBy) {
        return view(order(id, Action.REPLAY, revision, requestedBy, null));
    }

    @Override
    public ReplayView discard(String id, String requestedBy, String reason) {
        return view(order(id, Action.DISCARD, null, requestedBy, reason));
    }

    @Override
    public ReplayView letGo(String id, String requestedBy, String reason) {
        return view(order(id, Action.LET_GO, null, requestedBy, reason));
    }

    @Override
    public Optional<ReplayView> replayById(String replayId) {
        return deadLetters.replay(replayId);
    }

    /** @param seen the revision the person saw; null: whichever is the newest */
    private String order(
            String id, Action action, @Nullable Integer seen, String requestedBy, @Nullable String reason) {
        String key = StoredText.of(id, MESSAGE);
        String by = StoredText.of(requestedBy, NAME);
        String why = reason == null ? null : StoredText.of(reason, MESSAGE);
        String replayId = sessions.inTransaction(session -> {
            DeadLetterHead head = lock(session, key);
            int revision = seen == null ? newestRevision(session, key) : seen;
            Optional<Status> next = DeadLetterLife.after(head.status(), eventOf(action));
            if (next.isEmpty()) {
                return currentOrder(session, key, head.attempt())
                        .filter(current -> current.isSameAs(action, revision))
                        .orElseThrow(() -> forbidden(session, key, participleOf(action), head.status()))
                        .id();
            }
            requireNewest(session, key, revision);
            String newId = UUID.randomUUID().toString();
            ReplayOrder placed = new ReplayOrder(newId, key, head.attempt() + 1, revision, action, by, now(), why);
            session.persist(placed);
            head.status(next.get());
            enter(session, placed.deed(head));
            return newId;
        });
        ordered.run();
        return replayId;
    }

    /** In the transaction of the change, and last: entering locks the end of the audit log. */
    private void enter(Session session, Deed deed) {
        session.flush();
        session.doWork(connection -> {
            boolean unused = audit.append(connection, deed);
        });
    }

    private ReplayView view(String replayId) {
        return deadLetters.replay(replayId).orElseThrow();
    }

    private static DeadLetterHead lock(Session session, String id) {
        DeadLetterHead head = session.find(DeadLetterHead.class, id, LockModeType.PESSIMISTIC_WRITE);
        if (head == null || !head.captured()) {
            throw DeadLetterNotFoundException.of(id);
        }
        return head;
    }

    private static int requireNewest(Session session, String id, int seen) {
        int newest = newestRevision(session, id);
        if (seen != newest) {
            throw DeadLetterConflictException.stale(id, seen, newest, LastDeed.of(session, id));
        }
        return newest;
    }

    private static int newestRevision(Session session, String id) {
        return session.createSelectionQuery(
                        "select coalesce(max(r.key.number), 0) from Revision r where r.key.deadLetterId = :id",
                        Integer.class)
                .setParameter("id", id)
                .getSingleResult();
    }

    private static String headersOf(Session session, DeadLetterHead head, String id, int revision) {
        return revision == 0
                ? head.headers()
                : session.find(Revision.class, new Revision.Key(id, revision)).headers();
    }

    /** The order that brought the dead letter where it is. */
    private static Optional<ReplayOrder> currentOrder(Session session, String id, int attempt) {
        return session.createSelectionQuery(
                        "from ReplayOrder o where o.deadLetterId = :id and o.attempt >= :attempt"
                                + " order by o.attempt desc, o.requestedAt desc",
                        ReplayOrder.class)
                .setParameter("id", id)
                .setParameter("attempt", attempt)
                .setMaxResults(1)
                .uniqueResultOptional();
    }

    private static DeadLetterConflictException forbidden(Session session, String id, String participle, Status status) {
        return DeadLetterConflictException.forbidden(id, participle, status, LastDeed.of(session, id));
    }

    private static Event eventOf(Action action) {
        return switch (action) {
            case REPLAY -> Event.REQUEST_REPLAY;
            case DISCARD -> Event.REQUEST_DISCARD;
            case LET_GO -> Event.REQUEST_LET_GO;
        };
    }

    private static String participleOf(Action action) {
        return switch (action) {
            case REPLAY -> "replayed";
            case DISCARD -> "discarded";
            case LET_GO -> "let go";
        };
    }

    /** As exact as Postgres keeps it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
