package io.waybill.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.crash.oracle.Violations;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same judge over other systems, a handful of faults each. What these tests assert is what
 * {@code docs/explanation/crash-comparison.md} says; where one fails, the page is wrong.
 */
class PeersIT {

    private static final long SEED = Long.getLong("waybill.crash.seed", 20_261_121L);
    private static final int FAULTS = Integer.getInteger("waybill.crash.faults", 5);
    private static final Path FOLDER = Path.of("target", "crash");

    /** {@code -Dwaybill.crash.peers=all} adds the one that no documentation shows. */
    static List<Judged> correct() {
        return System.getProperty("waybill.crash.peers", "").equals("all")
                ? List.of(Judged.KAFKA_STREAMS, Judged.SPRING_KAFKA_WITH_POSITIONS)
                : List.of(Judged.KAFKA_STREAMS);
    }

    @ParameterizedTest
    @MethodSource("correct")
    void a_peer_with_one_record_of_everything_loses_and_doubles_nothing(Judged peer) throws Exception {
        assertThat(judge(peer).toString()).isEmpty();
    }

    @Test
    void spring_kafka_with_the_usual_inbox_loses_what_a_crash_cuts_between_the_two_commits() throws Exception {
        Violations violations = judge(Judged.SPRING_KAFKA);

        assertThat(violations.count(Violations.Kind.OUTPUT_LOST) + violations.count(Violations.Kind.DEAD_LETTER_LOST))
                .as("lost: %s", violations)
                .isPositive();
        assertThat(violations.count(Violations.Kind.OUTPUT_DOUBLED)).isZero();
        assertThat(violations.count(Violations.Kind.OUTPUT_INVENTED)).isZero();
    }

    private static Violations judge(Judged judged) throws Exception {
        Path folder = FOLDER.resolve(judged + "-" + SEED).toAbsolutePath();
        CrashHarness.delete(folder);
        CrashHarness.Verdict run = new PeerRun(judged, SEED, FAULTS, folder).run();
        System.out.println(judged + " with seed " + SEED + "\n\n" + run.report().text() + "\n" + run.violations());
        return run.violations();
    }
}
