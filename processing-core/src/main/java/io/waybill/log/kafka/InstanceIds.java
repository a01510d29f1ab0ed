package io.waybill.log.kafka;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Names for static members: a process runs several readers and each needs a name of its own, the same ones again after
 * a restart. So the lowest free number is taken, and given back at close. Safe for any thread.
 */
final class InstanceIds {

    private final @Nullable String prefix;
    private final BitSet taken = new BitSet();

    InstanceIds(@Nullable String prefix) {
        this.prefix = prefix;
    }

    synchronized int take() {
        int free = taken.nextClearBit(0);
        taken.set(free);
        return free;
    }

    synchronized void giveBack(int number) {
        taken.clear(number);
    }

    /** Null where membership is dynamic. */
    @Nullable
    String name(int number) {
        return prefix == null ? null : prefix + "-" + number;
    }
}
