package io.waybill.console.payload;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Two payloads side by side. JSON and XML are compared in their layout for reading, so that a change in one long line
 * is one changed line; what differs in white space alone is said in words.
 *
 * @param onlyWhitespace the bytes differ, the laid out texts do not
 * @param tooLarge it was not compared line by line
 */
public record PayloadDiff(List<Row> rows, int added, int removed, boolean onlyWhitespace, boolean tooLarge) {

    private static final int MAX_LINES = 5_000;
    private static final int MAX_DELTA_LINES = 2_000;
    private static final int MAX_INLINE_LENGTH = 2_000;
    private static final int CONTEXT = 3;
    private static final Pattern WORDS = Pattern.compile("(?<=\\W)|(?=\\W)");

    public enum Kind {
        SAME,
        CHANGED,
        ADDED,
        REMOVED,
        /** Lines that are the same on both sides and not shown. */
        SKIPPED
    }

    /** @param leftLine 1-based; 0 where this side has no line */
    public record Row(Kind kind, int leftLine, List<Segment> left, int rightLine, List<Segment> right) {

        /** A class of the style sheet. */
        public String tone() {
            return kind.name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param changed whether these characters differ from the other side's */
    public record Segment(String text, boolean changed) {}

    public static PayloadDiff between(Payload original, Payload revised) {
        String left = original.laidOut();
        String right = revised.laidOut();
        List<String> before = left.lines().toList();
        List<String> after = right.lines().toList();
        if (before.size() > MAX_LINES || after.size() > MAX_LINES) {
            return new PayloadDiff(List.of(), 0, 0, false, true);
        }
        List<AbstractDelta<String>> deltas = DiffUtils.diff(before, after).getDeltas();
        int removed = deltas.stream().mapToInt(d -> d.getSource().size()).sum();
        int added = deltas.stream().mapToInt(d -> d.getTarget().size()).sum();
        if (removed + added > MAX_DELTA_LINES) {
            return new PayloadDiff(List.of(), added, removed, false, true);
        }
        boolean whitespace = deltas.isEmpty() && !Arrays.equals(original.bytes(), revised.bytes());
        return new PayloadDiff(rows(before, deltas), added, removed, whitespace, false);
    }

    public boolean isSame() {
        return rows.isEmpty() && !onlyWhitespace && !tooLarge;
    }

    private static List<Row> rows(List<String> before, List<AbstractDelta<String>> deltas) {
        List<Row> rows = new ArrayList<>();
        int left = 0;
        int right = 0;
        for (AbstractDelta<String> delta : deltas) {
            int same = delta.getSource().getPosition() - left;
            same(rows, before, left, right, same, left == 0 ? 0 : CONTEXT, CONTEXT);
            left += same;
            right += same;
            List<String> from = delta.getSource().getLines();
            List<String> to = delta.getTarget().getLines();
            for (int i = 0; i < Math.max(from.size(), to.size()); i++) {
                rows.add(changed(
                        i < from.size() ? from.get(i) : null,
                        left + i + 1,
                        i < to.size() ? to.get(i) : null,
                        right + i + 1));
            }
            left += from.size();
            right += to.size();
        }
        if (!deltas.isEmpty()) {
            same(rows, before, left, right, before.size() - left, CONTEXT, 0);
        }
        return rows;
    }

    /** The same lines on both sides: the first and the last few shown, the others counted. */
    private static void same(List<Row> rows, List<String> lines, int left, int right, int count, int head, int tail) {
        for (int i = 0; i < count; i++) {
            if (i == head && count > head + tail) {
                int skipped = count - head - tail;
                String words = skipped == 1 ? "1 line that is the same" : skipped + " lines that are the same";
                List<Segment> text = List.of(new Segment(words, false));
                rows.add(new Row(Kind.SKIPPED, 0, text, 0, text));
                i += skipped;
                if (i >= count) {
                    return;
                }
            }
            List<Segment> text = List.of(new Segment(lines.get(left + i), false));
            rows.add(new Row(Kind.SAME, left + i + 1, text, right + i + 1, text));
        }
    }

    private static Row changed(@Nullable String from, int leftLine, @Nullable String to, int rightLine) {
        if (from == null) {
            return new Row(Kind.ADDED, 0, List.of(), rightLine, whole(to));
        }
        if (to == null) {
            return new Row(Kind.REMOVED, leftLine, whole(from), 0, List.of());
        }
        if (from.length() > MAX_INLINE_LENGTH || to.length() > MAX_INLINE_LENGTH) {
            return new Row(Kind.CHANGED, leftLine, whole(from), rightLine, whole(to));
        }
        List<String> left = Arrays.asList(WORDS.split(from));
        List<String> right = Arrays.asList(WORDS.split(to));
        List<AbstractDelta<String>> deltas = DiffUtils.diff(left, right).getDeltas();
        return new Row(Kind.CHANGED, leftLine, segments(left, deltas, true), rightLine, segments(right, deltas, false));
    }

    private static List<Segment> segments(List<String> words, List<AbstractDelta<String>> deltas, boolean source) {
        List<Segment> segments = new ArrayList<>();
        int at = 0;
        for (AbstractDelta<String> delta : deltas) {
            var chunk = source ? delta.getSource() : delta.getTarget();
            add(segments, words.subList(at, chunk.getPosition()), false);
            add(segments, chunk.getLines(), true);
            at = chunk.getPosition() + chunk.size();
        }
        add(segments, words.subList(at, words.size()), false);
        return segments;
    }

    private static void add(List<Segment> segments, List<String> words, boolean changed) {
        if (!words.isEmpty()) {
            segments.add(new Segment(String.join("", words), changed));
        }
    }

    private static List<Segment> whole(@Nullable String line) {
        return List.of(new Segment(line == null ? "" : line, true));
    }
}
