package io.waybill.deadletters.projection;

import io.waybill.deadletters.DeadLetterLife;
import io.waybill.deadletters.DeadLetterLife.Event;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.deadletters.projection.DeadLetterRows.Row;
import io.waybill.format.v1.DeadLetterEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Folds one event into what is known. The result depends on which events were folded, not on their order or how often:
 * positions and outcomes take the greatest, originals the earliest, errors the latest; but of those that wait behind it the
 * last that the log says counts. Works in the caller's
 * transaction, which it makes hold the dead letter's row first, as the desk does.
 */
final class EventFold {

    private final DeadLetterRows rows;
    private final ReplayOutcomes outcomes;
    private final StandingDeeds deeds;

    EventFold(JdbcClient jdbc) {
        rows = new DeadLetterRows(jdbc);
        outcomes = new ReplayOutcomes(jdbc);
        deeds = new StandingDeeds(jdbc);
    }

    void fold(DeadLetterEvent event) {
        if (event.hasBehind()) {
            rows.behind(event);
        }
        Decision.of(event).ifPresent(decision -> fold(event, decision));
    }

    private void fold(DeadLetterEvent event, Decision decision) {
        if (decision.proves() != null) {
            rows.create(event, decision.proves());
        }
        Optional<Row> known = rows.lock(event);
        outcomes.record(event, decision);
        known.ifPresent(row -> fold(event, decision, row));
    }

    private void fold(DeadLetterEvent event, Decision decision, Row row) {
        if (decision.event() == Event.CAPTURED) {
            rows.capture(event);
        } else if (decision.event() == Event.LET_GO) {
            rows.sequence(event, false);
        }
        EnginePosition position = later(row.position(), decision.proves());
        outcomes.supersede(event, position);
        boolean news = position.isAfter(row.position());
        Event applied = decision.event() == Event.REFUSED && !news
                ? Event.REFUSED
                : position.state().event();
        Status status = DeadLetterLife.after(row.status(), applied).orElseThrow();
        rows.update(event, position, deeds.appliedTo(status, DeadLetterRows.id(event), position.attempt()));
    }

    private static EnginePosition later(EnginePosition known, @Nullable EnginePosition proven) {
        return proven != null && proven.isAfter(known) ? proven : known;
    }
}
