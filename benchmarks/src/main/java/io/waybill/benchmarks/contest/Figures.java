package io.waybill.benchmarks.contest;

/**
 * What one run of one contender measured, from its first quarter on, when it is warm.
 *
 * @param appMicros CPU of the contender per record, in microseconds
 * @param brokerMicros CPU of the broker per record, in microseconds
 * @param peakMiB the most memory the contender had resident
 */
public record Figures(double recordsPerSecond, double appMicros, double brokerMicros, long peakMiB) {

    double micros() {
        return appMicros + brokerMicros;
    }
}
