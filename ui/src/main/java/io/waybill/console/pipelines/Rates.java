package io.waybill.console.pipelines;

import java.util.Locale;

/** Rates and times in words that fit into a small box. */
final class Rates {

    private static final double SMALL = 10;
    private static final double MICROS_OF_MILLI = 1_000;
    private static final double MICROS_OF_SECOND = 1_000_000;

    private Rates() {}

    /** "0 /s", "0.4 /s", "1,250 /s". */
    static String perSecond(double rate) {
        return number(rate) + " /s";
    }

    /** "12 µs", "1.4 ms", "2.3 s". */
    static String micros(double micros) {
        if (micros < MICROS_OF_MILLI) {
            return number(micros) + " µs";
        }
        return micros < MICROS_OF_SECOND
                ? number(micros / MICROS_OF_MILLI) + " ms"
                : number(micros / MICROS_OF_SECOND) + " s";
    }

    private static String number(double value) {
        return value == 0 || value >= SMALL
                ? String.format(Locale.ENGLISH, "%,d", Math.round(value))
                : String.format(Locale.ROOT, "%.1f", value);
    }
}
