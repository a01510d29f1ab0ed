package io.waybill.samples.payments.generator;

import io.waybill.samples.payments.PainVersion;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * All that decides how a generated file looks: equal recipes make equal bytes, on any machine. Immutable.
 *
 * @param seed also part of the file's ids
 * @param payments 1 to 10,000,000
 * @param defects how many payments have each defect; a payment has at most one
 */
public record Recipe(
        long seed, PainVersion version, int payments, Map<Defect, Integer> defects, FileDefect fileDefect) {

    private static final int MOST = 10_000_000;

    public Recipe {
        if (payments < 1 || payments > MOST) {
            throw new IllegalArgumentException("expected 1 to %d payments, but was %d".formatted(MOST, payments));
        }
        defects = Map.copyOf(defects);
        long broken = 0;
        for (int count : defects.values()) {
            if (count < 0) {
                throw new IllegalArgumentException("expected a number of defects from 0, but was " + count);
            }
            broken += count;
        }
        if (broken > payments) {
            throw new IllegalArgumentException(
                    "expected at most %d broken payments, but were %d".formatted(payments, broken));
        }
    }

    /** A clean file in version .03. */
    public static Recipe of(long seed, int payments) {
        return new Recipe(seed, PainVersion.V03, payments, Map.of(), FileDefect.NONE);
    }

    public Recipe version(PainVersion other) {
        return new Recipe(seed, other, payments, defects, fileDefect);
    }

    /** The same with {@code count} payments of this defect, instead of those asked for before. */
    public Recipe with(Defect defect, int count) {
        Map<Defect, Integer> more = new EnumMap<>(Defect.class);
        more.putAll(defects);
        more.put(defect, count);
        return new Recipe(seed, version, payments, more, fileDefect);
    }

    public Recipe with(FileDefect other) {
        return new Recipe(seed, version, payments, defects, other);
    }

    /** {@code GrpHdr/MsgId}: at most 35 characters, and another one for every other recipe. */
    public String messageId() {
        StringBuilder all = new StringBuilder(version.message()).append(' ').append(payments);
        for (Defect defect : Defect.values()) {
            all.append(' ').append(count(defect));
        }
        all.append(' ').append(fileDefect.name());
        return String.format(Locale.ROOT, "GEN-%d-%08x", seed, all.toString().hashCode());
    }

    /** A name for the file that tells people what is in it. */
    public String fileName() {
        StringBuilder name = new StringBuilder("payments-%d-seed-%d-v%s"
                .formatted(payments, seed, version.name().substring(1)));
        int broken = defects.values().stream().mapToInt(Integer::intValue).sum();
        if (broken > 0) {
            name.append("-broken-").append(broken);
        }
        if (fileDefect != FileDefect.NONE) {
            name.append('-').append(fileDefect.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        return name.append(".xml").toString();
    }

    int count(Defect defect) {
        return defects.getOrDefault(defect, 0);
    }
}
