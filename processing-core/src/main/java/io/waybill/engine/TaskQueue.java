package io.waybill.engine;

import java.time.Instant;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a task has to do, and what of it is next: what is due in its waiting room, timers that are due, people's orders,
 * its input; each only where the gate lets it.
 */
final class TaskQueue {

    private final Feed feed;
    private final Inbox inbox;
    private final WaitingRoom room;
    private final Timers timers;
    private final Deadlines deadlines;
    private final LongSupplier logTimeMs;
    private final Foresight foresight;

    private Gate gate = Gate.SHUT;
    private boolean holdsFlows;
    private RateLimit limit = RateLimit.NONE;
    private boolean roomHadItsTurn;

    TaskQueue(
            Feed feed,
            Inbox inbox,
            WaitingRoom room,
            Timers timers,
            Deadlines deadlines,
            LongSupplier logTimeMs,
            Foresight foresight) {
        this.deadlines = deadlines;
        this.logTimeMs = logTimeMs;
        this.feed = feed;
        this.inbox = inbox;
        this.room = room;
        this.timers = timers;
        this.foresight = foresight;
    }

    void offer(ConsumerRecord<byte[], byte[]> input, Instant now) {
        if (timers.nextAt() != null) {
            // Those that are due by now stand before it, though nothing may be taken up yet.
            timers.collect(now, inbox.read());
        }
        inbox.offer(input);
    }

    void order(ConsumerRecord<byte[], byte[]> order) {
        inbox.order(order);
    }

    /** What may be taken up from now on; nothing before it was told. */
    void gate(Gate wanted) {
        gate = wanted;
        holdsFlows = false;
    }

    /** Until the gate is set again, no flow begins. */
    void holdFlows() {
        if (gate == Gate.OPEN) {
            gate = Gate.NO_NEW_FLOWS;
            holdsFlows = true;
        }
    }

    /** From now on, where the input is a source. */
    void pacedBy(RateLimit wanted) {
        limit = wanted;
    }

    /** What keeps the input out, though the gate does not; null where nothing does. */
    @Nullable
    Bound bound(Instant now) {
        if (holdsFlows && feed instanceof Feed.Source) {
            return Bound.STAGED_ROWS;
        }
        ConsumerRecord<byte[], byte[]> first = inbox.firstInput();
        if (first == null || !gate.takesInput(feed)) {
            return null;
        }
        if (!room.admits(first.key())) {
            return room.admitsCalls() ? Bound.WAITING_ROOM : Bound.CALLS;
        }
        return isPaced(now) ? Bound.RATE_LIMIT : null;
    }

    private boolean isPaced(Instant now) {
        return feed instanceof Feed.Source && !limit.admits(now);
    }

    boolean wantsInput() {
        return gate.takesInput(feed) && inbox.takesInputs();
    }

    boolean wantsOrders() {
        return gate.takesOrders() && inbox.takesOrders();
    }

    /** What was taken up may be tried again. */
    boolean goesOn() {
        return gate.takesOrders();
    }

    boolean hasWork(Instant now) {
        return hasOrder()
                || hasInput(now)
                || (gate.firesTimers() && timers.areDue(now, inbox.taken()))
                || dueInRoom(now) != null
                || hasNews(now)
                || areDeadlinesDue(now);
    }

    /** While people want nothing taken up nobody is told to be late for it. */
    boolean areDeadlinesDue(Instant now) {
        return gate.takesOrders() && deadlines.areDue(now, logTimeMs.getAsLong(), !inbox.hasInputs());
    }

    Effects fallDue(Instant now) {
        return deadlines.fall(now, logTimeMs.getAsLong(), !inbox.hasInputs());
    }

    /** Of those that wait for people. */
    boolean hasNews(Instant now) {
        return gate.takesOrders() && room.followers().areDue(now);
    }

    /** The offset behind the last record of the input that was read; negative before the first. */
    long inputsReadTo() {
        return inbox.inputsReadTo();
    }

    /** The offset behind the last order that was read; negative before the first. */
    long ordersReadTo() {
        return inbox.ordersReadTo();
    }

    /** What waits for people is another number than they were told: they will be. */
    boolean hasToTell() {
        return room.followers().dueAt() != null;
    }

    private boolean hasOrder() {
        return gate.takesOrders() && inbox.hasOrders() && room.admitsOrders();
    }

    private boolean hasInput(Instant now) {
        ConsumerRecord<byte[], byte[]> first = inbox.firstInput();
        return first != null && gate.takesInput(feed) && room.admits(first.key()) && !isPaced(now);
    }

    private @Nullable Waiting dueInRoom(Instant now) {
        return gate.takesOrders() ? room.due(now) : null;
    }

    /** When there is work without anything being read; null where nobody knows. */
    @Nullable
    Instant wakesAt() {
        Instant timer = gate.firesTimers() ? timers.nextAt() : null;
        Instant due = gate.takesOrders() ? room.nextDue() : null;
        Instant paced = feed instanceof Feed.Source && inbox.hasInputs() && gate.takesInput(feed) && !limit.isNone()
                ? limit.nextAt()
                : null;
        Instant told = gate.takesOrders() ? room.followers().dueAt() : null;
        Instant deadline = gate.takesOrders() ? deadlines.nextAt() : null;
        return earliest(deadline, earliest(told, earliest(paced, earliest(timer, due))));
    }

    private static @Nullable Instant earliest(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }

    /** Takes up what is next; null where nothing may be. */
    @Nullable
    Taken next(Instant now) {
        if (gate.firesTimers()) {
            timers.collect(now, inbox.read());
        }
        Waiting waiting = dueInRoom(now);
        // Those in the room came before what is in the inbox, but many that fail again must not keep it from its turn.
        roomHadItsTurn = waiting != null && !(roomHadItsTurn && (hasOrder() || hasInput(now)));
        if (waiting != null && roomHadItsTurn) {
            return new Taken.Waited(waiting);
        }
        if (hasOrder()) {
            return new Taken.Order(inbox.nextOrder());
        }
        RegisteredTimer timer = gate.firesTimers() ? timers.poll(inbox.taken()) : null;
        if (timer != null) {
            return new Taken.Fired(timer);
        }
        return hasInput(now) ? nextInput(now) : null;
    }

    private Taken nextInput(Instant now) {
        if (feed instanceof Feed.Source) {
            limit.takes(now);
        }
        foresight.before(inbox.inputs());
        return new Taken.Input(inbox.nextInput());
    }

    /** It is the next one again. */
    void putBack(Taken taken) {
        switch (taken) {
            case Taken.Input input -> inbox.putBack(input.record());
            case Taken.Order order -> inbox.putBackOrder(order.record());
            case Taken.Fired fired -> timers.putBack(fired.timer());
            case Taken.Waited waited -> {
                // Its row is where it was.
            }
        }
    }

    /** Of what may be taken up while the pipeline drains, nothing is here. */
    boolean isEmpty() {
        return room.isAtRest() && !inbox.hasOrders() && (feed instanceof Feed.Source || !inbox.hasInputs());
    }

    /** Nothing was read that is not taken up. */
    boolean hasNothingRead() {
        return inbox.size() == 0;
    }

    int size() {
        return inbox.size();
    }

    /** Records of the input. */
    int inputsLeft() {
        return inbox.inputsLeft();
    }

    Iterable<ConsumerRecord<byte[], byte[]>> inputs() {
        return inbox.inputs();
    }

    @Nullable
    ConsumerRecord<byte[], byte[]> firstInput() {
        return inbox.firstInput();
    }

    @Nullable
    ConsumerRecord<byte[], byte[]> firstOrder() {
        return inbox.firstOrder();
    }
}
