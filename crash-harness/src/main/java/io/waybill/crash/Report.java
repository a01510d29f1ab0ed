package io.waybill.crash;

import io.waybill.log.kafka.GroupProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a run did and measured, in Markdown. Not thread-safe. */
final class Report {

    private final Map<String, Integer> struck = new TreeMap<>();
    private final List<String> missed = new ArrayList<>();
    private final Map<String, String> figures = new LinkedHashMap<>();
    private final Map<GroupProtocol, List<Duration>> recovery = new EnumMap<>(GroupProtocol.class);

    void struck(Fault fault, GroupProtocol protocol) {
        struck.merge(name(fault, protocol), 1, Integer::sum);
    }

    /** The point was not reached, on none of several instances. */
    void missed(Fault fault, GroupProtocol protocol) {
        missed.add(name(fault, protocol));
    }

    private static String name(Fault fault, GroupProtocol protocol) {
        return switch (protocol) {
            case CLASSIC -> fault.name();
            case CONSUMER -> fault.name() + ", `consumer` protocol";
        };
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
        figures.put(name, seconds(value));
    }

    private static String seconds(Duration value) {
        return "%.1f s".formatted(value.toMillis() / 1000.0);
    }

    void recovery(GroupProtocol protocol, Duration outage) {
        List<Duration> outages = recovery.computeIfAbsent(protocol, first -> new ArrayList<>());
        outages.add(outage);
        figure(
                "recovery: longest outage of a partition after kill -9 of one instance of three, " + protocol,
                outages.stream().map(Report::seconds).collect(Collectors.joining(", ")));
    }

    /** In the order of the kills. */
    Map<GroupProtocol, List<Duration>> recovery() {
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
