package io.waybill.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.testkit.log.PlantedBug;
import io.waybill.testkit.sim.FaultPlan;
import java.util.EnumSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The oracle sees what happens to the engine where the log breaks a guarantee the protocol stands on. */
class PlantedBugTest {

    private static final int MOST_SEEDS = 400;

    @ParameterizedTest
    @EnumSource
    void isFoundWithinABoundedNumberOfHistories(PlantedBug bug) {
        assertThat(LongStream.range(0, MOST_SEEDS)
                        .filter(seed -> !new EngineHistory(seed, FaultPlan.from(seed), EnumSet.of(bug))
                                .run()
                                .isEmpty())
                        .findFirst())
                .isPresent();
    }
}
