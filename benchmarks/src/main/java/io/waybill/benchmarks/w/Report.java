package io.waybill.benchmarks.w;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Medians over the runs, the ratios of their rates, and those of their CPU per record, which are steadier. */
final class Report {

    private final Map<Contender, List<Figures>> runs = new EnumMap<>(Contender.class);

    void add(Contender contender, Figures figures) {
        runs.computeIfAbsent(contender, c -> new ArrayList<>()).add(figures);
    }

    static String line(String name, Figures figures) {
        return String.format(
                Locale.ROOT,
                "%-14s %,9.0f records/s   CPU per record: app %5.2f us, broker %4.2f us   peak memory %d MiB",
                name,
                figures.recordsPerSecond(),
                figures.appMicros(),
                figures.brokerMicros(),
                figures.peakMiB());
    }

    void print() {
        Map<Contender, Figures> medians = new EnumMap<>(Contender.class);
        runs.forEach((contender, figures) -> medians.put(contender, medianOf(figures)));
        medians.forEach((contender, figures) -> System.out.println(line(contender.label(), figures)));
        medians.forEach((a, first) -> medians.forEach((b, second) -> {
            if (a.compareTo(b) > 0) {
                System.out.printf(
                        Locale.ROOT,
                        "ratio %s/%s %.2f%ncpu %s/%s %.2f%n",
                        a.label(),
                        b.label(),
                        first.recordsPerSecond() / second.recordsPerSecond(),
                        a.label(),
                        b.label(),
                        first.micros() / second.micros());
            }
        }));
    }

    private static Figures medianOf(List<Figures> figures) {
        return new Figures(
                median(figures, Figures::recordsPerSecond),
                median(figures, Figures::appMicros),
                median(figures, Figures::brokerMicros),
                Math.round(median(figures, Figures::peakMiB)));
    }

    private static double median(List<Figures> figures, ToDoubleFunction<Figures> figure) {
        double[] sorted = figures.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
