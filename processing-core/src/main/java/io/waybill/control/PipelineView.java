package io.waybill.control;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as the log and its consumer group tell it.
 *
 * @param order the last one; null where nobody ever gave one, and the pipeline runs
 * @param stages in the order in which records pass them; empty where no thread is known
 * @param waitsFor in sentences, what is missing until the actual state is the wanted one; not all of it where it is much
 */
public record PipelineView(
        String name,
        Wanted wanted,
        Actual actual,
        @Nullable Order order,
        List<ThreadView> threads,
        List<Stage> stages,
        List<String> waitsFor) {

    public PipelineView {
        threads = List.copyOf(threads);
        stages = List.copyOf(stages);
        waitsFor = List.copyOf(waitsFor);
    }

    public record Order(String id, Wanted wanted, String by, Instant at, String reason) {}

    /**
     * A thread that is in the group, or one that waits outside of a stopped one.
     *
     * @param name its member id where it has not reported yet
     * @param state what it says of itself
     * @param obeys whether it has read the last order
     * @param reportedAt by its own clock; null where it has not reported yet
     */
    public record ThreadView(
            String name,
            int version,
            ThreadState state,
            boolean obeys,
            @Nullable Instant reportedAt,
            List<Task> tasks) {

        public ThreadView {
            tasks = List.copyOf(tasks);
        }
    }

    public enum ThreadState {
        UNKNOWN,
        RUNNING,
        PAUSING,
        PAUSED,
        DRAINING,
        EMPTY,
        STOPPING,
        STOPPED
    }

    public record Task(
            String stage,
            int partition,
            TaskState state,
            boolean inFlight,
            @Nullable Restore restore) {}

    public enum TaskState {
        OPENING,
        OPEN,
        STOPPED,
        HALTED
    }

    /** @param remaining offsets of the topic at hand */
    public record Restore(long records, long bytes, long remaining) {

        /** Of the offsets at hand, 0 to 100. */
        public int percent() {
            return records + remaining == 0 ? 0 : (int) (100 * records / (records + remaining));
        }
    }

    public record Stage(String name, String input, int partitions, boolean source, List<Operator> operators) {

        public Stage {
            operators = List.copyOf(operators);
        }
    }

    /** @param onFailure its policy, in words */
    public record Operator(String name, String kind, String onFailure) {}
}
