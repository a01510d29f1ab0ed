package io.waybill.console.fakes;

import io.waybill.audit.AuditEntry;
import io.waybill.audit.AuditQueries;
import io.waybill.audit.Deed.Action;
import io.waybill.audit.Deed.Kind;
import io.waybill.audit.InvalidAuditQueryException;
import io.waybill.audit.InvalidAuditQueryException.Code;
import io.waybill.audit.chain.AuditChain.Anchor;
import io.waybill.audit.chain.AuditChain.Verdict;
import io.waybill.audit.chain.AuditChainCheck;
import io.waybill.format.TrackingId;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An audit log in memory; remembers what it was asked. */
public final class FakeAudit implements AuditQueries, AuditChainCheck {

    private final List<AuditEntry> entries = new CopyOnWriteArrayList<>();
    private Verdict verdict = whole();
    private Filter asked = Filter.ALL;

    public void clear() {
        entries.clear();
        verdict = whole();
    }

    private static Verdict whole() {
        return new Verdict.Whole(new Anchor(3, "ab".repeat(32)));
    }

    public void broken(long number, String why) {
        verdict = new Verdict.Broken(number, why);
    }

    public void add(Action action, String actor, String subject, TrackingId flow, @Nullable String reason, Instant at) {
        entries.addFirst(new AuditEntry(
                entries.size() + 1L,
                "deed-" + entries.size(),
                at,
                at,
                actor,
                action.name(),
                action.kind().name(),
                subject,
                "payment-files",
                action.kind() == Kind.DEAD_LETTER ? flow : null,
                reason,
                "{\"attempt\":1,\"revision\":2}",
                "cd".repeat(32)));
    }

    public Filter asked() {
        return asked;
    }

    @Override
    public Page entries(Filter filter, @Nullable String cursor, int limit) {
        if (cursor != null && !cursor.chars().allMatch(Character::isDigit)) {
            throw new InvalidAuditQueryException(Code.INVALID_CURSOR, "expected a cursor, but was: " + cursor);
        }
        asked = filter;
        List<AuditEntry> found = entries.stream()
                .filter(entry -> filter.actor() == null || filter.actor().equals(entry.actor()))
                .filter(entry -> cursor == null || entry.number() < Long.parseLong(cursor))
                .toList();
        List<AuditEntry> page = found.stream().limit(limit).toList();
        return new Page(
                page, found.size() > limit ? Long.toString(page.getLast().number()) : null);
    }

    @Override
    public void each(Filter filter, Consumer<AuditEntry> to) {
        entries.reversed().forEach(to);
    }

    @Override
    public Verdict check(@Nullable Anchor anchor) {
        return verdict;
    }
}
