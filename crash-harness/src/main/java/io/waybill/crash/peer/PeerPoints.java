package io.waybill.crash.peer;

import io.waybill.crash.process.Parent;
import java.util.concurrent.atomic.AtomicInteger;

/** Ends the process at a point of the peer's own, when the harness says so: {@code HALT point n}. */
public final class PeerPoints {

    /** Points of peers. */
    public enum Point {
        /** The database has committed, Kafka has not. */
        BETWEEN_COMMITS
    }

    private final AtomicInteger left = new AtomicInteger();

    public void listen() {
        Parent.listen(this::take);
    }

    private void take(String order) {
        String[] words = order.split(" ", -1);
        left.set(words[0].equals("HALT") ? Integer.parseInt(words[2]) : 0);
    }

    public void at(Point point) {
        if (left.get() > 0 && left.decrementAndGet() == 0) {
            Parent.halt();
        }
    }
}
