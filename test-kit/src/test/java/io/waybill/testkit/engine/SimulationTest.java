package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.waybill.control.Actual;
import io.waybill.testkit.sim.FaultPlan;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine's histories. {@code -Dwaybill.simulation.seeds=N} runs N of them, {@code -Dwaybill.simulation.from=F} those
 * from seed F on, {@code -Dwaybill.simulation.seed=S} the one with seed S.
 */
@Execution(ExecutionMode.CONCURRENT)
class SimulationTest {

    private static final int SEEDS = 2_000;
    private static final int SEEDS_WITHOUT_FAULTS = 20;
    private static final int SEEDS_RUN_TWICE = 5;
    private static final int SEEDS_STEERED = 60;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    static LongStream seeds() {
        Long one = Long.getLong("waybill.simulation.seed");
        long from = Long.getLong("waybill.simulation.from", 0);
        return one != null
                ? LongStream.of(one)
                : LongStream.range(from, from + Long.getLong("waybill.simulation.seeds", SEEDS));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void keepsEveryInvariantWhateverFails(long seed) {
        FaultPlan faults = FaultPlan.from(seed);
        List<String> violations = assertTimeoutPreemptively(PATIENCE, () -> new EngineHistory(seed, faults).run());
        assertThat(violations)
                .as("%s%nfaults: %s", reproduction(seed), faults.struck())
                .isEmpty();
    }

    @Test
    void keepsEveryInvariantWhenNothingFails() {
        for (long seed = 0; seed < SEEDS_WITHOUT_FAULTS; seed++) {
            assertThat(new EngineHistory(seed, FaultPlan.none()).run())
                    .as("without faults, seed " + seed)
                    .isEmpty();
        }
    }

    @Test
    void repeatsTheSameHistoryFromTheSameSeed() {
        for (long seed = 0; seed < SEEDS_RUN_TWICE; seed++) {
            EngineHistory once = new EngineHistory(seed, FaultPlan.from(seed));
            EngineHistory again = new EngineHistory(seed, FaultPlan.from(seed));
            assertThat(once.run()).isEqualTo(again.run());
            assertThat(once.fingerprint()).as("seed " + seed).isEqualTo(again.fingerprint());
        }
    }

    /** Otherwise what people hold the console to would be held to nothing. */
    @Test
    void seesPipelinesPausedDrainedStoppedAndRunningAgain() {
        Map<Actual, Integer> claims = new EnumMap<>(Actual.class);
        for (long seed = 0; seed < SEEDS_STEERED; seed++) {
            EngineHistory history = new EngineHistory(seed, FaultPlan.from(seed));
            assertThat(history.run()).as("seed " + seed).isEmpty();
            history.claims().forEach((claim, times) -> claims.merge(claim, times, Integer::sum));
        }
        assertThat(claims).containsOnlyKeys(Actual.RUNNING, Actual.PAUSED, Actual.DRAINED, Actual.STOPPED);
    }

    private static String reproduction(long seed) {
        return "reproduce: mvn -pl test-kit -am test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dwaybill.simulation.seed=" + seed;
    }
}
