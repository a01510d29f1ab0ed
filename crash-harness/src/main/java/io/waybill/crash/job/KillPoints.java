package io.waybill.crash.job;

import io.waybill.crash.process.Parent;
import io.waybill.crash.process.Word;
import io.waybill.engine.Probe;
import io.waybill.engine.RestoreProgress;
import io.waybill.store.LocalStores.TaskId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Obeys the harness at points of the commit protocol: {@code HALT point n} ends the process without a word when the
 * point is passed for the n-th time from now, {@code WAIT point n} says so there and waits for {@code GO}.
 */
final class KillPoints implements Probe {

    private record Standing(boolean halt, String point, AtomicLong left, CountDownLatch go) {}

    private final AtomicReference<@Nullable Standing> standing = new AtomicReference<>();
    private final Pulse commits = new Pulse();
    private final Map<TaskId, Long> restoring = new HashMap<>();
    private final Set<TaskId> restored = new HashSet<>();

    void take(String order) {
        String[] words = order.split(" ", -1);
        switch (words[0]) {
            case "HALT", "WAIT" ->
                standing.set(new Standing(
                        words[0].equals("HALT"),
                        words[1],
                        new AtomicLong(Long.parseLong(words[2])),
                        new CountDownLatch(1)));
            case "GO" -> release();
            default -> {}
        }
    }

    /** The last word on a task repeats what was read, with nothing remaining. */
    @Override
    public synchronized void restored(TaskId task, RestoreProgress progress) {
        Long before = restoring.put(task, progress.records());
        boolean last = progress.remaining() == 0 && (before == null || before == progress.records());
        if (last && restored.add(task)) {
            Parent.tell(Word.RESTORED, restored.size());
        }
    }

    private void release() {
        Standing current = standing.getAndSet(null);
        if (current != null) {
            current.go().countDown();
        }
    }

    @Override
    public void at(Point point, String subject) {
        if (point == Point.COMMITTED) {
            commits.tell();
        } else if (point == Point.RESTORING) {
            Parent.tell(Word.RESTORING, subject);
        }
        at(point);
    }

    /** Also at points that are not the engine's. */
    void at(Enum<?> point) {
        Standing current = standing.get();
        if (current == null
                || !current.point().equals(point.name())
                || current.left().decrementAndGet() != 0) {
            return;
        }
        if (current.halt()) {
            Parent.halt();
        }
        Parent.tell(Word.REACHED, point);
        try {
            current.go().await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
