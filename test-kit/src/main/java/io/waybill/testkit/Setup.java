package io.waybill.testkit;

import io.waybill.engine.EngineOptions;

/**
 * What a pipeline test runs on. Immutable.
 *
 * @param seed decides what a cluster leaves to chance: how records of different partitions interleave, what a crash
 *     leaves on the disk. The same seed gives the same run
 * @param partitions of the source; sinks have one, so that outputs have an order
 * @param engine the bounds of the engine, by default those of production
 */
public record Setup(long seed, int partitions, EngineOptions engine) {

    /** Repeats the run of another test: {@code -Dwaybill.test.seed=…}. */
    public static final String SEED_PROPERTY = "waybill.test.seed";

    public Setup {
        if (partitions < 1 || partitions > 100) {
            throw new IllegalArgumentException("expected 1 to 100 partitions, but was " + partitions);
        }
    }

    /** Two partitions, the engine's own bounds, and the seed of the system property, else 0. */
    public static Setup defaults() {
        return new Setup(Long.getLong(SEED_PROPERTY, 0), 2, EngineOptions.DEFAULTS);
    }

    public Setup seed(long other) {
        return new Setup(other, partitions, engine);
    }

    public Setup partitions(int other) {
        return new Setup(seed, other, engine);
    }

    public Setup engine(EngineOptions other) {
        return new Setup(seed, partitions, other);
    }
}
