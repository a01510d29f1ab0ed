package io.waybill.console.frame;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Counts as one bar. Widths and offsets are percentages for the attributes of an SVG, since a strict content security
 * policy leaves no inline styles.
 *
 * @param text the whole in words, for those who do not see the bar
 */
public record Proportion(List<Slice> slices, long total, String text) {

    private static final double LEAST_WIDTH = 0.8;

    public record Share(Look look, long count, String label) {}

    public record Slice(Look look, long count, String label, String offset, String width, String percent) {}

    public static Proportion of(List<Share> shares) {
        List<Share> present = shares.stream().filter(share -> share.count() > 0).toList();
        long total = present.stream().mapToLong(Share::count).sum();
        double[] widths = present.stream()
                .mapToDouble(share -> Math.max(LEAST_WIDTH, 100.0 * share.count() / total))
                .toArray();
        double sum = 0;
        for (double width : widths) {
            sum += width;
        }
        List<Slice> slices = new ArrayList<>();
        List<String> words = new ArrayList<>();
        double offset = 0;
        for (int i = 0; i < widths.length; i++) {
            Share share = present.get(i);
            double width = 100 * widths[i] / sum;
            slices.add(new Slice(
                    share.look(),
                    share.count(),
                    share.label(),
                    percent(offset),
                    percent(width),
                    share(share.count(), total)));
            words.add(share.count() + " " + share.label());
            offset += width;
        }
        return new Proportion(slices, total, String.join(", ", words));
    }

    private static String share(long count, long total) {
        double percent = 100.0 * count / total;
        if (percent < 1) {
            return "< 1 %";
        }
        return percent > 99 && count < total ? "> 99 %" : Math.round(percent) + " %";
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.3f%%", value);
    }
}
