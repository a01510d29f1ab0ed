package io.waybill.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions that the last owners of our tasks left open. Nobody sees what stands behind one of them, in outputs and
 * stage inputs alike, until the broker's time-out ends it: half a minute in which the tasks run again and nobody knows.
 *
 * <p>An owner that lives closes its transaction before its task moves. So one that was begun before we took the task
 * over and is older than patience (R11) has no living owner, or one that stands still and is better off fenced. Its
 * offsets, if it sent any, are not of a task that we run: those were waited for (R3).
 */
final class LeftOpen {

    private static final Logger LOG = LoggerFactory.getLogger(LeftOpen.class);

    private final Ports ports;
    private final Duration patience;
    private final String own;
    private final Map<String, Look> looks = new TreeMap<>();

    private record Look(Instant takenOverAt, Instant due) {}

    /** @param own the transactional id of this thread's present life */
    LeftOpen(Ports ports, Duration patience, String own) {
        this.ports = ports;
        this.patience = patience;
        this.own = own;
    }

    /** A task was taken over from this writer: it is looked after now and once more when patience has passed. */
    void by(String transactionalId, Instant takenOverAt) {
        if (!transactionalId.equals(own)) {
            looks.putIfAbsent(transactionalId, new Look(takenOverAt, takenOverAt));
        }
    }

    void look() {
        Instant now = ports.clock().instant();
        Iterator<Map.Entry<String, Look>> all = looks.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, Look> entry = all.next();
            Look look = entry.getValue();
            if (now.isBefore(look.due())) {
                continue;
            }
            Instant last = look.takenOverAt().plus(patience);
            if (fenced(entry.getKey(), Duration.between(look.takenOverAt(), now)) || !now.isBefore(last)) {
                all.remove();
            } else {
                entry.setValue(new Look(look.takenOverAt(), last));
            }
        }
    }

    private boolean fenced(String transactionalId, Duration sinceTakenOver) {
        Duration age = sinceTakenOver.compareTo(patience) > 0 ? sinceTakenOver : patience;
        if (!ports.log().admin().holdsTransaction(transactionalId, age)) {
            return false;
        }
        LOG.info("writer {} left a transaction open and is gone: it is fenced", transactionalId);
        ports.log().admin().fence(Set.of(transactionalId));
        return true;
    }
}
