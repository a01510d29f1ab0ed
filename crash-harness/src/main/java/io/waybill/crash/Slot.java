package io.waybill.crash;

import io.waybill.crash.oracle.Violations;
import io.waybill.crash.process.ChildJvm;
import io.waybill.crash.process.TcpProxy;
import io.waybill.crash.process.Word;
import io.waybill.log.kafka.GroupProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The place of one instance: its ways to the broker and to the database of its sinks, its state folder and its present process. A process that ends is
 * replaced by {@link #supervise}, as Kubernetes would. Safe for any thread.
 */
final class Slot {

    private static final Duration WORKS = Duration.ofMillis(1500);
    private static final Duration BETWEEN_STARTS = Duration.ofSeconds(1);

    private final int number;
    private final Judged judged;
    private final TcpProxy way;
    private final TcpProxy wayToDatabase;
    private final String jdbcUrl;
    private final Path folder;
    private final Violations violations;
    private final AtomicInteger failedStarts = new AtomicInteger();
    private @Nullable ChildJvm process;
    private long startedAt;
    private boolean endExpected;
    private boolean frozen;
    private boolean down;
    private GroupProtocol protocol = GroupProtocol.CLASSIC;

    Slot(
            int number,
            Judged judged,
            TcpProxy way,
            TcpProxy wayToDatabase,
            String jdbcUrl,
            Path folder,
            Violations violations) {
        this.number = number;
        this.judged = judged;
        this.way = way;
        this.wayToDatabase = wayToDatabase;
        this.jdbcUrl = jdbcUrl;
        this.folder = folder;
        this.violations = violations;
    }

    int number() {
        return number;
    }

    TcpProxy way() {
        return way;
    }

    /** That its sinks take; the application's own database is reached directly. */
    TcpProxy wayToDatabase() {
        return wayToDatabase;
    }

    void start() {
        start("");
    }

    /** @param order for its kill points; may be empty */
    synchronized void start(String order) {
        down = false;
        endExpected = false;
        startedAt = System.nanoTime();
        process = ChildJvm.start(
                folder.resolve("instance-" + number + ".log"),
                judged.heapMegabytes(),
                judged.main(),
                judged.arguments(instance(order)));
    }

    private Judged.Instance instance(String order) {
        return new Judged.Instance(
                number,
                "127.0.0.1:" + way.port(),
                jdbcUrl,
                Cluster.jdbcUrl(wayToDatabase.port()),
                folder.resolve("files"),
                state(),
                order,
                protocol);
    }

    /** From its next start on. */
    synchronized void use(GroupProtocol newProtocol) {
        protocol = newProtocol;
    }

    /** Starts a process again that has ended, and notes whether anybody had asked for its end. */
    synchronized void supervise() {
        ChildJvm current = process;
        if (current == null || down || current.alive()) {
            return;
        }
        if (!endExpected) {
            if (current.said(Word.READY)) {
                violations.add(
                        Violations.Kind.ENDED_BY_ITSELF,
                        "instance %d with exit code %d, see %s".formatted(number, current.exitCode(), current.log()));
            } else if (System.nanoTime() - startedAt < BETWEEN_STARTS.toNanos()) {
                return;
            } else {
                failedStarts.incrementAndGet();
            }
        }
        start();
    }

    /** Kills it; it is started again at once. */
    synchronized void kill() {
        endExpected = true;
        running().kill();
    }

    /** Kills it; it stays down until {@link #start}. */
    void halt() {
        leave().kill();
    }

    /** Ends it in good order; it stays down until {@link #start}. Taking too long is a finding. */
    void stop() {
        ChildJvm leaving = leave();
        if (!leaving.stop()) {
            violations.add(
                    Violations.Kind.STOPPED_LATE,
                    "instance %d had to be killed, see %s".formatted(number, leaving.log()));
        }
    }

    private synchronized ChildJvm leave() {
        down = true;
        endExpected = true;
        return running();
    }

    /** Only while it is down. */
    synchronized void wipe() {
        if (running().alive()) {
            throw new IllegalStateException("instance " + number + " runs: its stores are in use");
        }
        try {
            CrashHarness.delete(state());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void expectEnd() {
        endExpected = true;
    }

    synchronized void expectLife() {
        endExpected = false;
    }

    synchronized void freeze() {
        frozen = true;
        running().freeze();
    }

    synchronized void thaw() {
        running().thaw();
        frozen = false;
    }

    void tell(String order) {
        running().tell(order);
    }

    synchronized ChildJvm running() {
        ChildJvm current = process;
        if (current == null) {
            throw new IllegalStateException("instance " + number + " was never started");
        }
        return current;
    }

    synchronized boolean isReady() {
        ChildJvm current = process;
        return current != null && current.alive() && !frozen && current.said(Word.READY);
    }

    /** Whether it committed something just now. */
    synchronized boolean works() {
        return isReady() && running().saidWithin(Word.WORKS, WORKS);
    }

    int failedStarts() {
        return failedStarts.get();
    }

    /** Of its local stores. */
    Path state() {
        return folder.resolve("state-" + number);
    }

    static List<Slot> working(List<Slot> slots) {
        return slots.stream().filter(Slot::works).toList();
    }
}
