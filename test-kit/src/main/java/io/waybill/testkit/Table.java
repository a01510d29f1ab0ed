package io.waybill.testkit;

import io.waybill.sink.Applied;
import io.waybill.sink.Applier;
import io.waybill.sink.Rejection;
import io.waybill.sink.SinkScope;
import io.waybill.sink.StagedRow;
import io.waybill.sink.StagedTarget;
import io.waybill.sink.Standing;
import io.waybill.sink.Turn;
import io.waybill.sink.Unavailable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A database in memory as the target of a staged sink, for tests of pipelines: {@code .into(table)}. It survives the crashes of
 * a {@link PipelineTest}. For any thread.
 */
public final class Table<T> implements StagedTarget<T> {

    private final List<T> rows = new ArrayList<>();
    private final Map<String, Long> progress = new HashMap<>();
    private final Map<String, NavigableMap<Long, Rejection>> rejected = new HashMap<>();
    private Predicate<? super T> refuses = value -> false;
    private boolean away;

    /** From now on it takes none of these, as a constraint does. */
    public synchronized Table<T> refuse(Predicate<? super T> values) {
        refuses = values;
        return this;
    }

    /** From now on it does not answer, or does again. */
    public synchronized Table<T> away(boolean is) {
        away = is;
        return this;
    }

    /** What was applied, in its order. */
    public synchronized List<T> rows() {
        return List.copyOf(rows);
    }

    /** As an old backup has it: empty. */
    public synchronized void restoreEmpty() {
        rows.clear();
        progress.clear();
        rejected.clear();
    }

    @Override
    public Applier<T> open(SinkScope scope, int partition) {
        return new Client(scope.tag() + "/" + partition + "/");
    }

    private final class Client implements Applier<T> {

        private final String prefix;

        Client(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public Standing standing(String log) {
            synchronized (Table.this) {
                if (away) {
                    return silence();
                }
                Long next = progress.get(prefix + log);
                return next == null
                        ? new Standing.Nowhere()
                        : new Standing.At(next, List.copyOf(rejections(log).values()));
            }
        }

        @Override
        public Applied apply(Turn turn, List<? extends StagedRow<? extends T>> some) {
            List<T> values = new ArrayList<>();
            for (StagedRow<? extends T> row : some) {
                try {
                    values.add(row.value());
                } catch (Exception unreadable) {
                    return new Applied.Refused(
                            new Rejection(row.offset(), "UNDECODABLE", String.valueOf(unreadable.getMessage())), true);
                }
            }
            synchronized (Table.this) {
                for (int i = 0; i < values.size() && !away; i++) {
                    if (refuses.test(values.get(i))) {
                        long offset = some.get(i).offset();
                        return new Applied.Refused(
                                new Rejection(offset, Rejection.BY_TARGET, "it takes no " + values.get(i)), true);
                    }
                }
                return moved(turn, () -> rows.addAll(values));
            }
        }

        @Override
        public Applied reject(Turn turn, Rejection rejection) {
            synchronized (Table.this) {
                return moved(turn, () -> rejections(turn.log()).put(rejection.offset(), rejection));
            }
        }

        private Applied moved(Turn turn, Runnable work) {
            if (away) {
                return silence();
            }
            if (progress.getOrDefault(prefix + turn.log(), Turn.NOTHING) != turn.from()) {
                return new Applied.OutOfTurn();
            }
            work.run();
            progress.put(prefix + turn.log(), turn.next());
            rejections(turn.log()).headMap(turn.told()).clear();
            return new Applied.Done();
        }

        private NavigableMap<Long, Rejection> rejections(String log) {
            return rejected.computeIfAbsent(prefix + log, key -> new TreeMap<>());
        }

        private Unavailable silence() {
            return new Unavailable("it does not answer", false);
        }

        @Override
        public void close() {}
    }
}
