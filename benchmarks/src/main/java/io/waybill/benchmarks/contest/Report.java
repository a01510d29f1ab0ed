package io.waybill.benchmarks.contest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Prints each run, then medians over the runs, the ratios of their rates, and those of their CPU per record, which are
 * steadier. Of two contenders the one that is named later comes first in the ratio.
 */
public final class Report {

    private final Map<String, List<Figures>> runs = new LinkedHashMap<>();

    /** @param contenders their names, in their order */
    public Report(List<String> contenders) {
        contenders.forEach(contender -> runs.put(contender, new ArrayList<>()));
    }

    /** @throws IllegalArgumentException where the contender was not named */
    public void add(int run, String contender, Figures figures) {
        List<Figures> its = runs.get(contender);
        if (its == null) {
            throw new IllegalArgumentException("expected one of %s, but was %s".formatted(runs.keySet(), contender));
        }
        its.add(figures);
        System.out.println(line("run " + run + " " + contender, figures));
    }

    private static String line(String name, Figures figures) {
        return String.format(
                Locale.ROOT,
                "%-38s %,9.0f records/s   CPU per record: app %5.2f us, broker %4.2f us   peak memory %d MiB",
                name,
                figures.recordsPerSecond(),
                figures.appMicros(),
                figures.brokerMicros(),
                figures.peakMiB());
    }

    public void print() {
        List<Median> medians = new ArrayList<>();
        runs.forEach((contender, figures) -> {
            if (!figures.isEmpty()) {
                medians.add(new Median(contender, medianOf(figures)));
            }
        });
        medians.forEach(median -> System.out.println(line(median.contender(), median.figures())));
        for (int later = 1; later < medians.size(); later++) {
            for (Median earlier : medians.subList(0, later)) {
                printRatio(medians.get(later), earlier);
            }
        }
    }

    private record Median(String contender, Figures figures) {}

    private static void printRatio(Median one, Median other) {
        System.out.printf(
                Locale.ROOT,
                "ratio %s/%s %.2f%ncpu %s/%s %.2f%n",
                one.contender(),
                other.contender(),
                one.figures().recordsPerSecond() / other.figures().recordsPerSecond(),
                one.contender(),
                other.contender(),
                one.figures().micros() / other.figures().micros());
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
