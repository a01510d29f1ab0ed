package io.waybill.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.log.kafka.GroupProtocol;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Faults in one continuous run, and a seventh as many more with the newer group protocol;
 * {@code docs/how-to/run-the-crash-harness.md} says how to make it longer and how to repeat one. What a failing run left
 * is kept in its folder.
 */
class CrashHarnessIT {

    private static final long SEED = Long.getLong("waybill.crash.seed", 20_261_121L);
    private static final int FAULTS = Integer.getInteger("waybill.crash.faults", 60);
    private static final int RUNS = Integer.getInteger("waybill.crash.runs", 1);
    private static final Path FOLDER = Path.of("target", "crash");

    /** Session time-out plus five seconds. */
    private static final Duration RECOVERY = Duration.ofSeconds(6 + 5);

    @Test
    void loses_nothing_doubles_nothing_and_leaves_nothing_open_whatever_fails() throws Exception {
        for (long seed = SEED; seed < SEED + RUNS; seed++) {
            judge(seed);
        }
    }

    private static void judge(long seed) throws Exception {
        Path folder = FOLDER.resolve("run-" + seed).toAbsolutePath();
        CrashHarness.delete(folder);
        CrashHarness.Verdict run = new CrashRun(seed, FAULTS, folder).run();
        System.out.println("crash run with seed " + seed + "\n\n" + run.report().text());
        assertThat(run.violations().toString())
                .as(
                        "seed %d; what it left is in %s. To repeat it: mvn -pl crash-harness -am verify -Dtest=None"
                                + " -Dit.test=CrashHarnessIT -Dsurefire.failIfNoSpecifiedTests=false"
                                + " -Dfailsafe.failIfNoSpecifiedTests=false -Dwaybill.crash.seed=%d"
                                + " -Dwaybill.crash.faults=%d",
                        seed, folder, seed, FAULTS)
                .isEmpty();
        assertThat(run.report().struck())
                .as("faults that struck")
                .isGreaterThanOrEqualTo((FAULTS + FAULTS / 7) * 9 / 10);
        assertThat(run.report().recovery())
                .as("recovery from kill -9 of one instance")
                .containsOnlyKeys(GroupProtocol.values())
                .allSatisfy((protocol, outages) -> assertThat(outages)
                        .allSatisfy(outage -> assertThat(outage).isLessThan(RECOVERY)));
        CrashHarness.delete(folder);
    }
}
