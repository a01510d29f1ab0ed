package io.waybill.crash.generator;

import io.waybill.crash.job.Order;
import io.waybill.crash.job.Order.Trouble;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A seeded stream of orders: one in twenty is a resend of any earlier one, the same bytes under the same key; of the
 * others 3 % are poison, 4 % have a line that is, 2 % one that fails once in each process, 2 % one that its account refuses,
 * and one in eight has several lines.
 */
final class Orders {

    private static final int KEYS = 500;
    private static final int MOST_LINES = 5;
    /** As many as fit a small heap; a long run forgets at random, so that resends are of any age. */
    private static final int MOST_REMEMBERED = 40_000;

    private final RandomGenerator random;
    private final List<Order> sent = new ArrayList<>();
    private final Map<String, Long> lastSeq = new HashMap<>();
    private long number;

    Orders(long seed) {
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    Order next() {
        return !sent.isEmpty() && random.nextInt(20) == 0 ? resend() : fresh();
    }

    Order resend() {
        return sent.get(random.nextInt(sent.size()));
    }

    private Order fresh() {
        String key = "key-" + random.nextInt(KEYS);
        long seq = lastSeq.merge(key, 1L, Long::sum);
        String id = "order-" + ++number;
        int kind = random.nextInt(100);
        Trouble whole = kind < 3 ? Trouble.POISON : Trouble.NONE;
        Trouble ofALine = ofALine(kind);
        int count = random.nextInt(8) == 0 ? random.nextInt(2, MOST_LINES + 1) : 1;
        int troubled = random.nextInt(count);
        List<Order.Line> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Trouble trouble = i == troubled ? ofALine : Trouble.NONE;
            lines.add(new Order.Line(id, i + 1, key, seq, random.nextInt(1, 1000), trouble));
        }
        Order order = new Order(id, key, seq, whole, lines);
        if (sent.size() < MOST_REMEMBERED) {
            sent.add(order);
        } else {
            sent.set(random.nextInt(MOST_REMEMBERED), order);
        }
        return order;
    }

    private static Trouble ofALine(int kind) {
        if (kind >= 3 && kind < 7) {
            return Trouble.POISON;
        }
        if (kind >= 7 && kind < 9) {
            return Trouble.FLAKY;
        }
        return kind >= 9 && kind < 11 ? Trouble.OVERDRAWN : Trouble.NONE;
    }
}
