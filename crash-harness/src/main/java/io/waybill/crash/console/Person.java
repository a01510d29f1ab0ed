package io.waybill.crash.console;

import io.waybill.crash.console.DeskClient.Case;
import io.waybill.crash.job.Order;
import io.waybill.crash.job.Order.Line;
import io.waybill.crash.job.Order.Trouble;
import io.waybill.crash.oracle.Repairs;
import io.waybill.crash.oracle.Repairs.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * Works on dead letters through the REST API while faults strike: replays some as they are, edits and replays some,
 * discards some, leaves the rest. An answer may get lost with the console or the database: then the dead letter is looked
 * at before anything is asked again, as somebody at a screen would.
 */
public final class Person implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration BETWEEN = Duration.ofMillis(150);
    private static final int PAGE = 10;
    private static final int MOST_AT_ONCE = 12;

    private static final List<List<Kind>> PLANS = List.of(
            List.of(),
            List.of(Kind.REPLAY_EDITED),
            List.of(Kind.REPLAY_EDITED),
            List.of(Kind.REPLAY),
            List.of(Kind.REPLAY, Kind.REPLAY_EDITED),
            List.of(Kind.DISCARD),
            List.of(Kind.REPLAY, Kind.DISCARD));

    private final DeskClient desk;
    private final Repairs repairs = new Repairs();
    private final Map<String, Deque<Kind>> atWork = new HashMap<>();
    private final Map<String, Integer> noted = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean goingHome;

    public Person(int consolePort) {
        this.desk = new DeskClient(consolePort);
        this.thread = Thread.ofPlatform().daemon().name("person").start(this::work);
    }

    private void work() {
        while (!Thread.currentThread().isInterrupted() && !(goingHome && atWork.isEmpty())) {
            if (!goingHome && atWork.size() < MOST_AT_ONCE) {
                takeUpOne();
            }
            for (Iterator<Map.Entry<String, Deque<Kind>>> cases =
                            atWork.entrySet().iterator();
                    cases.hasNext(); ) {
                Map.Entry<String, Deque<Kind>> one = cases.next();
                if (isDone(one.getKey(), one.getValue())) {
                    cases.remove();
                }
            }
            try {
                Thread.sleep(BETWEEN);
            } catch (InterruptedException closed) {
                return;
            }
        }
        ended.countDown();
    }

    private void takeUpOne() {
        for (String id : desk.newestOpen(PAGE)) {
            if (seen.add(id)) {
                atWork.put(id, new ArrayDeque<>(PLANS.get(Math.floorMod(id.hashCode(), PLANS.size()))));
                return;
            }
        }
    }

    /** One look and at most one act. Done where nothing is left to do and the last order has ended. */
    private boolean isDone(String id, Deque<Kind> plan) {
        Case now = desk.look(id);
        if (now == null) {
            return false;
        }
        if (now.orders().size() > noted.getOrDefault(id, 0)) {
            // It got there, answered or not.
            noted.merge(id, 1, Integer::sum);
            repairs.did(now.label(), plan.remove(), now.orders().getLast());
        }
        boolean atRest = switch (now.status()) {
            case "OPEN", "EDITED", "RESOLVED", "DISCARDED" -> true;
            default -> false;
        };
        if (!atRest) {
            return false;
        }
        if (plan.isEmpty()) {
            return true;
        }
        act(now, plan.element());
        return false;
    }

    private void act(Case now, Kind kind) {
        boolean unused = switch (kind) {
            case REPLAY -> desk.replay(now.id(), 0);
            case DISCARD -> desk.discard(now.id());
            case REPLAY_EDITED -> isEdited(now) ? desk.replay(now.id(), 1) : desk.revise(now.id(), cured(now));
        };
    }

    private static boolean isEdited(Case now) {
        return now.status().equals("EDITED");
    }

    private static String cured(Case now) {
        String payload = Objects.requireNonNull(now.payload(), "a payload of the job is text");
        if (now.label().contains("#")) {
            Line line = JSON.readValue(payload, Line.class);
            return JSON.writeValueAsString(
                    new Line(line.order(), line.number(), line.key(), line.seq(), line.amount(), Trouble.NONE));
        }
        Order order = JSON.readValue(payload, Order.class);
        return JSON.writeValueAsString(new Order(order.id(), order.key(), order.seq(), Trouble.NONE, order.lines()));
    }

    /** Begins nothing new from now on. */
    public void goHome() {
        goingHome = true;
    }

    /** Whether everything that was begun has ended; what was done is complete then. */
    public boolean isHome() {
        return ended.getCount() == 0;
    }

    /** Of a person who is home. */
    public Repairs repairs() {
        return repairs;
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        var unused = ended.await(1, TimeUnit.SECONDS);
    }
}
