package io.waybill.benchmarks.sinks;

import io.waybill.engine.Probe;
import io.waybill.engine.TaskCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How long checkpoints took, from the beginning of their commit, as the engine's own metric has it. Safe for any thread. */
final class CheckpointTimes implements Probe {

    private final List<Duration> times = new ArrayList<>();

    @Override
    public void at(Point point, String subject) {}

    @Override
    public synchronized void committed(String pipeline, Duration time, List<TaskCounts> counts) {
        times.add(time);
    }

    /** In words. */
    synchronized String told() {
        List<Duration> sorted = times.stream().sorted().toList();
        return sorted.isEmpty()
                ? "no checkpoint"
                : String.format(
                        Locale.ROOT,
                        "checkpoint %.1f ms (median of %d), %.1f ms (99 %%)",
                        millis(sorted.get(sorted.size() / 2)),
                        sorted.size(),
                        millis(sorted.get(sorted.size() * 99 / 100)));
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}
