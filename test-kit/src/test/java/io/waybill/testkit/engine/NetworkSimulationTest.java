package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.waybill.testkit.flaw.Flaw;
import io.waybill.testkit.sim.FaultPlan;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories of pipelines that continue one another's flows. {@code -Dwaybill.simulation.networks=N} runs N of them,
 * {@code -Dwaybill.simulation.network=S} the one with seed S.
 */
@Execution(ExecutionMode.CONCURRENT)
class NetworkSimulationTest {

    private static final int SEEDS = 150;
    private static final int SEEDS_WITHOUT_FAULTS = 40;
    private static final int MOST_SEEDS = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    static LongStream seeds() {
        Long one = Long.getLong("waybill.simulation.network");
        return one != null
                ? LongStream.of(one)
                : LongStream.range(0, Long.getLong("waybill.simulation.networks", SEEDS));
    }

    @ParameterizedTest(name = "network {0}")
    @MethodSource("seeds")
    void keepsEveryFlowWholeAcrossPipelinesWhateverFails(long seed) {
        FaultPlan faults = FaultPlan.from(seed);
        List<String> violations =
                assertTimeoutPreemptively(PATIENCE, () -> new NetworkHistory(seed, faults, Set.of()).run());
        assertThat(violations)
                .as(
                        "reproduce: mvn -pl test-kit -am test -Dtest=NetworkSimulationTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Dwaybill.simulation.network=%d%nfaults: %s",
                        seed, faults.struck())
                .isEmpty();
    }

    @Test
    void keepsEveryFlowWholeAcrossPipelinesWhenNothingFails() {
        for (long seed = 0; seed < SEEDS_WITHOUT_FAULTS; seed++) {
            assertThat(new NetworkHistory(seed, FaultPlan.none(), Set.of()).run())
                    .as("without faults, network " + seed)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EDGES_OF_CONTINUATIONS_NOT_COUNTED", "REPORTS_NOT_SENT", "COPIES_CONTINUE"})
    void findsARuleOfContinuationsThatIsNotKept(Flaw flaw) {
        assertThat(LongStream.range(0, MOST_SEEDS)
                        .filter(seed -> !new NetworkHistory(seed, FaultPlan.from(seed), Set.of(flaw))
                                .run()
                                .isEmpty())
                        .findFirst())
                .isPresent();
    }
}
