package io.waybill.crash;

import io.waybill.crash.oracle.Violations;
import io.waybill.crash.process.Await;
import io.waybill.crash.process.ChildJvm;
import io.waybill.crash.process.Parent;
import io.waybill.crash.process.TcpProxy;
import io.waybill.crash.process.Word;
import io.waybill.engine.Probe.Point;
import io.waybill.log.kafka.GroupProtocol;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Strikes with one fault after another. What lasts, lasts in the background, so that faults overlap. Before each one,
 * some instance must work: waiting for that too long is itself a violation.
 */
final class Striker {

    private static final Duration PROGRESS = Duration.ofSeconds(90);
    private static final Duration REACH = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration PAST_SESSION = Duration.ofSeconds(9);
    private static final Duration ANSWERS_LOST = Duration.ofMillis(700);
    private static final int TIMES = 3;
    private static final int TRIES = 4;

    private final Cluster cluster;
    private final Violations violations;
    private final Report report;
    private final GroupProtocol protocol;
    private final List<CompletableFuture<Void>> lasting = new CopyOnWriteArrayList<>();

    /** @param protocol that the instances use now */
    Striker(Cluster cluster, Violations violations, Report report, GroupProtocol protocol) {
        this.cluster = cluster;
        this.violations = violations;
        this.report = report;
        this.protocol = protocol;
    }

    /** @return false where the system no longer works, so that going on would say nothing new */
    boolean strike(Fault fault) throws InterruptedException {
        Thread.sleep(fault.pause());
        for (int attempt = 0; attempt < TRIES; attempt++) {
            if (!Await.holdsWithin(
                    PROGRESS, () -> !Slot.working(cluster.slots()).isEmpty())) {
                violations.add(
                        Violations.Kind.NO_PROGRESS,
                        "for %d s no instance committed anything, before %s"
                                .formatted(PROGRESS.toSeconds(), fault.name()));
                return false;
            }
            List<Slot> working = Slot.working(cluster.slots());
            if (!working.isEmpty() && struck(fault, working.get((fault.draw() + attempt) % working.size()))) {
                report.struck(fault, protocol);
                return true;
            }
        }
        report.missed(fault, protocol);
        return true;
    }

    private boolean struck(Fault fault, Slot slot) throws InterruptedException {
        switch (fault.kind()) {
            case KILL -> slot.kill();
            case KILL_AND_WIPE -> killAndWipe(slot, "");
            case STOP -> {
                slot.stop();
                slot.start();
            }
            case HALT_AT -> {
                return halted(slot, Objects.requireNonNull(fault.at()), 1 + fault.draw() % TIMES);
            }
            case FREEZE -> {
                slot.freeze();
                after(SHORT, slot::thaw);
            }
            case FREEZE_PAST_SESSION -> {
                slot.freeze();
                after(PAST_SESSION, slot::thaw);
            }
            case FREEZE_AT -> {
                return frozen(slot, Objects.requireNonNull(fault.at()), 1 + fault.draw() % TIMES);
            }
            case CUT -> slot.way().cut();
            case STALL -> {
                slot.way().stall();
                after(SHORT, slot.way()::heal);
            }
            case STALL_PAST_SESSION -> {
                slot.way().stall();
                after(PAST_SESSION, slot.way()::heal);
            }
            case LOSE_ANSWERS -> loseAnswers(slot.way());
            case CUT_DATABASE -> slot.wayToDatabase().cut();
            case STALL_DATABASE -> {
                slot.wayToDatabase().stall();
                after(SHORT, slot.wayToDatabase()::heal);
            }
            case LOSE_DATABASE_ANSWERS -> loseAnswers(slot.wayToDatabase());
            case KILL_BROKER -> cluster.killBroker(SHORT.dividedBy(2));
            case KILL_POSTGRES -> cluster.killPostgres(SHORT);
            case KILL_CONSOLE -> cluster.killConsole();
        }
        return true;
    }

    private void loseAnswers(TcpProxy way) {
        way.stallAnswers();
        after(ANSWERS_LOST, () -> {
            way.cut();
            way.heal();
        });
    }

    private static void killAndWipe(Slot slot, String order) {
        slot.halt();
        slot.wipe();
        slot.start(order);
    }

    private boolean halted(Slot slot, Enum<?> point, int times) {
        String order = "HALT " + point + " " + times;
        slot.expectEnd();
        if (point == Point.RESTORING) {
            killAndWipe(slot, order);
            slot.expectEnd();
        } else {
            slot.tell(order);
        }
        ChildJvm process = slot.running();
        if (Await.holdsWithin(point == Point.RESTORING ? REACH.multipliedBy(2) : REACH, () -> !process.alive())) {
            return process.exitCode() == Parent.HALTED;
        }
        slot.tell("GO");
        slot.expectLife();
        return false;
    }

    private boolean frozen(Slot slot, Enum<?> point, int times) {
        ChildJvm process = slot.running();
        long toldAt = System.nanoTime();
        slot.tell("WAIT " + point + " " + times);
        boolean reached = Await.holdsWithin(REACH, () -> {
            ChildJvm.Signal signal = process.signal(Word.REACHED);
            return !process.alive() || (signal != null && signal.atNanos() > toldAt);
        });
        if (!reached || !process.alive()) {
            slot.tell("GO");
            return false;
        }
        slot.freeze();
        slot.tell("GO");
        after(PAST_SESSION, slot::thaw);
        return true;
    }

    private void after(Duration time, Runnable heal) {
        Executor later = CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS);
        lasting.add(CompletableFuture.runAsync(heal, later));
    }

    /** Returns when every fault is over and every instance is there. */
    void awaitHealed() {
        lasting.forEach(CompletableFuture::join);
        lasting.clear();
        Await.until(
                "every instance is there again",
                PROGRESS,
                () -> cluster.slots().stream().allMatch(Slot::isReady));
    }
}
