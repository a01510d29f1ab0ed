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
            List<Task> tasks,
            Vitals vitals) {

        public ThreadView {
            tasks = List.copyOf(tasks);
        }
    }

    /**
     * What a thread did with its time over the last five seconds or so, in percent, as it said when that changed last.
     *
     * @param busy in operators or in the engine's own work
     * @param committing in checkpoints: the log and the sinks had to answer
     * @param backpressured nothing to do but records that a bound keeps out
     * @param idle the rest
     * @param checkpointMicros how long one took, on average; 0 where there was none
     * @param operators each once, over all tasks of the thread
     */
    public record Vitals(
            int busy,
            int committing,
            int backpressured,
            int idle,
            long checkpointMicros,
            List<OperatorVitals> operators) {

        /** Of a thread that said nothing of it. */
        public static final Vitals UNKNOWN = new Vitals(0, 0, 0, 0, 0, List.of());

        public Vitals {
            operators = List.copyOf(operators);
        }
    }

    /**
     * @param perSecond how often it was entered
     * @param busy percent of the thread's time; more than 100 where several of its crew were in it
     * @param meanMicros in it, each time; 0 where it was not entered
     */
    public record OperatorVitals(String stage, String operator, double perSecond, int busy, long meanMicros) {}

    /** What keeps a task from its input, though records are there and people want it to run. */
    public enum Bound {
        WAITING_ROOM,
        STAGED_ROWS,
        TARGET,
        RATE_LIMIT,
        CALLS
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

    /**
     * @param inFlight a record or order was taken up and did not settle; told while it is not running
     * @param restore while it is opened; else null
     * @param perSecond records, orders and timers that came to their end, over the last seconds
     * @param lag records of its input that were not taken up, some seconds ago; null where nobody knows
     * @param bound what kept it from its input some seconds ago; null where nothing did
     */
    public record Task(
            String stage,
            int partition,
            TaskState state,
            boolean inFlight,
            @Nullable Restore restore,
            double perSecond,
            @Nullable Long lag,
            @Nullable Bound bound) {}

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
