package io.waybill.crash.job;

import io.waybill.crash.job.Order.Trouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The job's business, the same code in every judged system. */
public final class Booking {

    private final Set<String> triedOnce = ConcurrentHashMap.newKeySet();

    /** @throws Unbookable where it is poison */
    public Order checked(Order order) {
        if (order.trouble() == Trouble.POISON) {
            throw new Unbookable("order " + order.id() + " is poison");
        }
        return order;
    }

    /**
     * @throws Unbookable where it is poison
     * @throws IllegalStateException where trying again helps
     */
    public Booked booked(Order.Line line) {
        switch (line.trouble()) {
            case NONE -> {}
            case POISON -> throw new Unbookable("line " + line.number() + " of order " + line.order() + " is poison");
            case FLAKY -> {
                if (triedOnce.add(line.order() + "#" + line.number())) {
                    throw new IllegalStateException("not yet");
                }
            }
        }
        return Booked.of(line);
    }

    /** Trying again is pointless. */
    public static final class Unbookable extends RuntimeException {

        private static final long serialVersionUID = 1;

        Unbookable(String message) {
            super(message);
        }
    }
}
