package io.waybill.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lanes whose first is a dead letter, and of which something has come or gone since people were told how many wait
 * there. As many are told at a time, and as often, as people can make use of. One thread.
 */
final class Followers {

    /** Between two times of telling: this old a figure may be, and the checkpoint it comes with. */
    static final Duration PACE = Duration.ofSeconds(5);

    private static final int MOST = 100;

    private final Set<Lane> changed = new LinkedHashSet<>();
    private Instant next = Instant.MIN;

    void changed(Lane lane) {
        changed.add(lane);
    }

    boolean areDue(Instant now) {
        return !changed.isEmpty() && !now.isBefore(next);
    }

    /** When there is something to tell; null where nothing has changed. */
    @Nullable
    Instant dueAt() {
        return changed.isEmpty() ? null : next;
    }

    /** Those that are told of now. */
    List<Lane> take(Instant now) {
        next = now.plus(PACE);
        List<Lane> taken = new ArrayList<>();
        for (Iterator<Lane> lanes = changed.iterator(); lanes.hasNext() && taken.size() < MOST; lanes.remove()) {
            taken.add(lanes.next());
        }
        return taken;
    }
}
