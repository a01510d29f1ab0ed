package io.waybill.samples.payments.generator;

import java.util.Random;
import java.util.random.RandomGenerator;

/** Streams of random numbers that are the same on every Java, one for each seed and index. */
final class Randomness {

    private Randomness() {}

    /** {@link Random}, since its algorithm is specified. */
    static RandomGenerator at(long seed, long index) {
        return new Random(mixed(seed * 0x9E3779B97F4A7C15L + index));
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014): neighbouring indices give unrelated streams. */
    private static long mixed(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
