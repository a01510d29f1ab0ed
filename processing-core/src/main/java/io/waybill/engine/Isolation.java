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
    /** Functions of calls are in hand on their behalf: nobody else is alone, and they go on to nothing else. */
    private final Set<Object> calling = new HashSet<>();

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
        if (!claimedBy.equals(who) || isAnotherIn(inside, who) || isAnotherIn(calling, who)) {
            return false;
        }
        inside.add(who);
        return true;
    }

    private static boolean isAnotherIn(Set<Object> all, Object who) {
        return all.stream().anyMatch(other -> !other.equals(who));
    }

    /**
     * No operator is called on behalf of this one.
     *
     * @param calls whether functions of calls still are
     */
    synchronized void leave(Object who, boolean calls) {
        inside.remove(who);
        if (calls) {
            calling.add(who);
        } else {
            calling.remove(who);
        }
    }

    /** This one need not be alone any more. */
    synchronized void release(Object who) {
        if (who.equals(claimedBy)) {
            claimedBy = null;
        }
    }
}
