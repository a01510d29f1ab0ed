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
    public Order.Line checked(Order.Line line) {
        switch (line.trouble()) {
            case NONE, OVERDRAWN -> {}
            case POISON -> throw new Unbookable("line " + line.number() + " of order " + line.order() + " is poison");
            case FLAKY -> {
                if (triedOnce.add(line.order() + "#" + line.number())) {
                    throw new IllegalStateException("not yet");
                }
            }
        }
        return line;
    }

    /** @throws Unbookable where the account cannot take it; the account is as it was then */
    public static void admitted(Order.Line line) {
        if (line.trouble() == Trouble.OVERDRAWN) {
            throw new Unbookable("line " + line.number() + " of order " + line.order() + " overdraws its account");
        }
    }

    /** Trying again is pointless. */
    public static final class Unbookable extends RuntimeException {

        private static final long serialVersionUID = 1;

        Unbookable(String message) {
            super(message);
        }
    }
}
