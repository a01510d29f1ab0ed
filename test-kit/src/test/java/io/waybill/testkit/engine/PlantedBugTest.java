package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.testkit.flaw.Flaw;
import io.waybill.testkit.log.PlantedBug;
import io.waybill.testkit.sim.FaultPlan;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The oracle sees what becomes of the engine where the log breaks a guarantee, or the engine a rule of the protocol. */
@Execution(ExecutionMode.CONCURRENT)
class PlantedBugTest {

    private static final int MOST_SEEDS = 1_000;

    @ParameterizedTest
    @EnumSource
    void findsABrokenGuaranteeOfTheLogWithinABoundedNumberOfHistories(PlantedBug bug, TestReporter reporter) {
        assertFound(bug, EnumSet.of(bug), EnumSet.noneOf(Flaw.class), reporter);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            // Those of several pipelines are NetworkSimulationTest's.
            names = {"EDGES_OF_CONTINUATIONS_NOT_COUNTED", "REPORTS_NOT_SENT", "COPIES_CONTINUE"})
    void findsARuleThatIsNotKeptWithinABoundedNumberOfHistories(Flaw flaw, TestReporter reporter) {
        assertFound(flaw, EnumSet.noneOf(PlantedBug.class), EnumSet.of(flaw), reporter);
    }

    private static void assertFound(Enum<?> planted, Set<PlantedBug> bugs, Set<Flaw> flaws, TestReporter reporter) {
        OptionalLong found = firstSeedThatFinds(bugs, flaws);
        assertThat(found).isPresent();
        reporter.publishEntry(planted.name(), "found by history " + (found.getAsLong() + 1));
    }

    private static OptionalLong firstSeedThatFinds(Set<PlantedBug> bugs, Set<Flaw> flaws) {
        return LongStream.range(0, MOST_SEEDS)
                .filter(seed -> !new EngineHistory(seed, FaultPlan.from(seed), bugs, flaws)
                        .run()
                        .isEmpty())
                .findFirst();
    }
}
