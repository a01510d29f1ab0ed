package io.waybill.benchmarks.w;

import java.util.List;
import java.util.stream.Stream;

/**
 * The command line.
 *
 * @param counts whether the jobs count per key
 */
record Options(long records, int runs, List<Contender> contenders, boolean counts) {

    static Options of(String[] arguments) {
        long records = 4_000_000;
        int runs = 1;
        boolean counts = true;
        List<Contender> contenders = Contender.usual();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "" -> {}
                case "--runs" -> runs = Integer.parseInt(arguments[++i]);
                case "--systems" ->
                    contenders = Stream.of(arguments[++i].split(","))
                            .map(Contender::of)
                            .toList();
                case "--without-counts" -> counts = false;
                default -> records = Long.parseLong(arguments[i]);
            }
        }
        if (records < 1_000 || records > Integer.MAX_VALUE || runs < 1) {
            throw new IllegalArgumentException(
                    "expected at least 1,000 records and one run, but got %d and %d".formatted(records, runs));
        }
        return new Options(records, runs, contenders, counts);
    }
}
