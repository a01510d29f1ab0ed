package io.waybill.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run did and measured, in Markdown. Not thread-safe. */
final class Report {

    private final Map<String, Integer> struck = new TreeMap<>();
    private final List<String> missed = new ArrayList<>();
    private final Map<String, String> figures = new LinkedHashMap<>();
    private Duration recovery = Duration.ZERO;

    void struck(Fault fault) {
        struck.merge(fault.name(), 1, Integer::sum);
    }

    /** The point was not reached, on none of several instances. */
    void missed(Fault fault) {
        missed.add(fault.name());
    }

    int struck() {
        return struck.values().stream().mapToInt(Integer::intValue).sum();
    }

    int missed() {
        return missed.size();
    }

    void figure(String name, Object value) {
        figures.put(name, value.toString());
    }

    void figure(String name, Duration value) {
        figures.put(name, "%.1f s".formatted(value.toMillis() / 1000.0));
    }

    void recovery(Duration outage) {
        recovery = outage;
        figure("recovery: longest outage of a partition after kill -9 of one instance of three", outage);
    }

    Duration recovery() {
        return recovery;
    }

    String text() {
        StringBuilder text = new StringBuilder("| fault | times |\n| --- | ---: |\n");
        struck.forEach((fault, times) -> text.append("| %s | %d |%n".formatted(fault, times)));
        missed.forEach(fault -> text.append("| %s: point not reached | |%n".formatted(fault)));
        text.append("| together | %d |%n%n| figure | |%n| --- | ---: |%n".formatted(struck()));
        figures.forEach((name, value) -> text.append("| %s | %s |%n".formatted(name, value)));
        return text.toString();
    }

    void writeTo(Path file) throws IOException {
        Files.writeString(file, text());
    }
}
