package io.waybill.testkit.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.waybill.testkit.log.PlantedBug;
import io.waybill.testkit.sim.FaultPlan;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exactly once holds for the copy loop under every fault, and only as long as the log keeps Kafka's guarantees. */
class CopyLoopTest {

    private static final int HISTORIES = 200;
    private static final int HISTORIES_TO_FIND_A_BUG = 500;

    @Test
    void copiesEachRecordOnceAndInOrderWhenNothingFails() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(new CopyHistory(seed, FaultPlan.none(), Set.of()).run()).isNotEmpty();
        }
    }

    @Test
    void copiesEachRecordOnceAndInOrderUnderCrashesPausesAndLostReplies() {
        for (long seed = 0; seed < HISTORIES; seed++) {
            assertThat(run(seed, Set.of())).isNotEmpty();
        }
    }

    @Test
    void repeatsTheSameHistoryFromTheSameSeed() {
        for (long seed = 0; seed < 10; seed++) {
            assertThat(run(seed, Set.of())).isEqualTo(run(seed, Set.of()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void noticesABrokenGuaranteeOfTheLog(PlantedBug bug) {
        assertThrows(AssertionError.class, () -> {
            for (long seed = 0; seed < HISTORIES_TO_FIND_A_BUG; seed++) {
                assertThat(run(seed, EnumSet.of(bug))).isNotEmpty();
            }
        });
    }

    private static Map<String, List<String>> run(long seed, Set<PlantedBug> bugs) {
        return new CopyHistory(seed, FaultPlan.from(seed), bugs).run();
    }
}
