package io.waybill.benchmarks.restore;

import io.waybill.benchmarks.contest.ChildJvm;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What an instance said its tasks have restored; the last line of each task counts. */
final class Told {

    private record Line(long records, long bytes, long millis) {}

    private final Map<Integer, Line> lines = new ConcurrentHashMap<>();

    private Told() {}

    static Told by(ChildJvm app) {
        Told told = new Told();
        Thread.ofPlatform().daemon().start(() -> told.listen(app));
        return told;
    }

    private void listen(ChildJvm app) {
        try {
            while (true) {
                String line = app.line();
                if (!line.startsWith("@")) {
                    continue; // the JVM itself
                }
                String[] words = line.substring(1).split(" ", -1);
                lines.put(
                        Integer.valueOf(words[0]),
                        new Line(Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3])));
            }
        } catch (IOException ended) {
            // what was said stands
        }
    }

    long records() {
        return lines.values().stream().mapToLong(Line::records).sum();
    }

    /** Of all tasks; each thread takes its tasks one after the other. */
    double seconds() {
        return lines.values().stream().mapToLong(Line::millis).sum() / 1e3;
    }

    long bytes() {
        return lines.values().stream().mapToLong(Line::bytes).sum();
    }
}
