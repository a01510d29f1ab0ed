package io.waybill.testkit;

import io.waybill.format.v1.Incident;
import io.waybill.format.v1.WaitingRow;
import io.waybill.store.LocalStores.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the pipeline still has to do by itself, as its log says. A task that stopped and waits for a person has nothing to
 * do.
 *
 * @param lag records and orders that are not settled, stopped tasks included
 * @param waiting in words; empty where the pipeline is at rest
 * @param nextTimer the first timer that is not due yet; null where there is none
 * @param nextTry of what is in a waiting room and not due yet; null where nothing is
 */
record Backlog(
        long lag,
        List<String> waiting,
        @Nullable Instant nextTimer,
        @Nullable Instant nextTry) {

    /** @param opened whether a task was opened */
    static Backlog of(Journal journal, Predicate<TaskId> opened, Instant now) {
        Look look = new Look(journal, now);
        for (Names.Stage stage : journal.names().stages()) {
            Map<Integer, Changelog> changelogs = journal.changelogs(stage);
            String replays = journal.names().replays(stage.name());
            Map<Integer, Long> inputEnds = ends(journal.records(stage.input()));
            Map<Integer, Long> replayEnds = ends(journal.records(replays));
            for (int i = 0; i < journal.partitions(stage); i++) {
                Changelog changelog = changelogs.getOrDefault(i, new Changelog());
                boolean blocked = look.isBlocked(stage, i);
                TaskId task = new TaskId(journal.names().pipeline().name(), stage.name(), i);
                if (!blocked && !opened.test(task)) {
                    look.waiting.add("open task " + task);
                }
                look.unread(stage.input() + "-" + i, changelog.next(stage.input()), inputEnds.get(i), blocked);
                look.unread(replays + "-" + i, changelog.next(replays), replayEnds.get(i), blocked);
                look.timers(task, changelog.timers(), blocked);
                look.waits(task, changelog.waiting(), blocked);
            }
        }
        return new Backlog(look.lag, look.waiting, look.nextTimer, look.nextTry);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    private static Map<Integer, Long> ends(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<Integer, Long> ends = new HashMap<>();
        records.forEach(record -> ends.put(record.partition(), record.offset() + 1));
        return ends;
    }

    private static final class Look {

        private final List<Incident> incidents;
        private final Instant now;
        private final List<String> waiting = new ArrayList<>();
        private long lag;
        private @Nullable Instant nextTimer;
        private @Nullable Instant nextTry;

        Look(Journal journal, Instant now) {
            this.incidents = journal.openIncidents();
            this.now = now;
            incidents.stream()
                    .filter(Look::isTriedAgain)
                    .forEach(incident -> waiting.add("close '%s'".formatted(incident.getTitle())));
        }

        /** It goes on by itself once the database is back. */
        private static boolean isTriedAgain(Incident incident) {
            return incident.getCode().equals("SINK_NOT_APPLIED");
        }

        boolean isBlocked(Names.Stage stage, int partition) {
            return incidents.stream()
                    // A record that is quarantined is out of the way.
                    .filter(incident -> incident.getKind() != Incident.Kind.QUARANTINED)
                    .filter(incident -> !isTriedAgain(incident))
                    .anyMatch(incident -> incident.getPartition() < 0
                            || (incident.getPartition() == partition
                                    && incident.getStage().equals(stage.name())));
        }

        void unread(String partition, long next, @Nullable Long end, boolean blocked) {
            if (end == null || end <= next) {
                return;
            }
            lag += end - next;
            if (!blocked) {
                waiting.add("settle %s from offset %d to %d".formatted(partition, next, end));
            }
        }

        void waits(TaskId task, List<WaitingRow> rows, boolean blocked) {
            lag += rows.size();
            for (WaitingRow row : rows) {
                Instant due = Instant.ofEpochMilli(row.getDueMs());
                if (due.isAfter(now) && (nextTry == null || due.isBefore(nextTry))) {
                    nextTry = due;
                }
                if (!blocked) {
                    waiting.add("run again in %s what waits since %s"
                            .formatted(task, Instant.ofEpochMilli(row.getSinceMs())));
                }
            }
        }

        void timers(TaskId task, List<Instant> timers, boolean blocked) {
            for (Instant timer : timers) {
                if (timer.isAfter(now)) {
                    nextTimer = nextTimer == null || timer.isBefore(nextTimer) ? timer : nextTimer;
                } else if (!blocked) {
                    waiting.add("fire the timer of %s at %s".formatted(task, timer));
                }
            }
        }
    }
}
