package io.waybill.engine;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets one incarnation of a process be alone in operators: whatever ends the process then was done by its record, and no
 * other thread's record is blamed for it. Nobody waits in here; who is not let in comes again. Safe for any thread.
 */
final class Isolation {

    private final Set<Object> inside = new HashSet<>();
    private @Nullable Object claimedBy;

    /** @return false while another one is alone, or waits to be; who is inside may enter again */
    synchronized boolean enter(Object who) {
        if (claimedBy != null && !claimedBy.equals(who) && !inside.contains(who)) {
            return false;
        }
        inside.add(who);
        return true;
    }

    /** From now on nobody else is let in. @return false while others have not left */
    synchronized boolean enterAlone(Object who) {
        if (claimedBy == null) {
            claimedBy = who;
        }
        if (!claimedBy.equals(who) || inside.stream().anyMatch(other -> !other.equals(who))) {
            return false;
        }
        inside.add(who);
        return true;
    }

    /** No operator is called on behalf of this one. */
    synchronized void leave(Object who) {
        inside.remove(who);
    }

    /** This one need not be alone any more. */
    synchronized void release(Object who) {
        if (who.equals(claimedBy)) {
            claimedBy = null;
        }
    }
}
