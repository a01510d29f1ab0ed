package io.waybill.sink;

import java.math.BigInteger;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The name of what one checkpoint prepares in one sink: known before anything is prepared, globally unique, never used
 * again (R2). Its text fits a PostgreSQL transaction id and a file's name: at most {@value #MAX_TEXT} characters of
 * {@code [a-z0-9.~-]}.
 *
 * @param tag of the sink's scope
 * @param partitions of the stage's input whose tasks have rows in it; empty where they are too many to be listed, which
 *     means all
 */
public record Handle(String tag, UUID incarnation, long sequence, SortedSet<Integer> partitions) {

    public static final int MAX_TEXT = 200;

    private static final String VERSION = "wb1";
    private static final int HEX = 16;
    private static final Pattern TEXT =
            Pattern.compile(VERSION + "\\.([a-z0-9~-]+)\\.([0-9a-f]{32})\\.(\\d+)\\.([0-9a-f]+)");

    public Handle {
        partitions = new TreeSet<>(partitions);
    }

    public static Handle of(SinkScope scope, UUID incarnation, long sequence, Set<Integer> partitions) {
        Handle listed = new Handle(scope.tag(), incarnation, sequence, new TreeSet<>(partitions));
        return listed.text().length() <= MAX_TEXT
                ? listed
                : new Handle(scope.tag(), incarnation, sequence, new TreeSet<>());
    }

    /** Null where Waybill did not write this. */
    public static @Nullable Handle parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        BigInteger bits = new BigInteger(matcher.group(4), HEX);
        SortedSet<Integer> partitions = new TreeSet<>();
        for (int i = bits.getLowestSetBit(); i >= 0 && i < bits.bitLength(); i++) {
            if (bits.testBit(i)) {
                partitions.add(i);
            }
        }
        String id = matcher.group(2);
        UUID incarnation = new UUID(
                Long.parseUnsignedLong(id.substring(0, HEX), HEX), Long.parseUnsignedLong(id.substring(HEX), HEX));
        return new Handle(matcher.group(1), incarnation, Long.parseLong(matcher.group(3)), partitions);
    }

    public String text() {
        BigInteger bits = BigInteger.ZERO;
        for (int partition : partitions) {
            bits = bits.setBit(partition);
        }
        return VERSION + "." + tag + "." + incarnation.toString().replace("-", "") + "." + sequence + "."
                + bits.toString(HEX);
    }

    public boolean isOf(SinkScope scope) {
        return tag.equals(scope.tag());
    }

    /** Whether rows of this partition's task may be in it. */
    public boolean concerns(int partition) {
        return partitions.isEmpty() || partitions.contains(partition);
    }

    /** For people. */
    public String describe() {
        return text()
                + (partitions.isEmpty()
                        ? ""
                        : " (partitions "
                                + partitions.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ")");
    }
}
