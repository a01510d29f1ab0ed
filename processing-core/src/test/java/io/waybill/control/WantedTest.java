package io.waybill.control;

import static io.waybill.control.Wanted.DRAINING;
import static io.waybill.control.Wanted.PAUSED;
import static io.waybill.control.Wanted.RUNNING;
import static io.waybill.control.Wanted.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.PipelineOrder;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class WantedTest {

    private static final Set<Arrow> LEGAL = Set.of(
            new Arrow(RUNNING, PAUSED),
            new Arrow(RUNNING, DRAINING),
            new Arrow(RUNNING, STOPPED),
            new Arrow(PAUSED, RUNNING),
            new Arrow(PAUSED, DRAINING),
            new Arrow(PAUSED, STOPPED),
            new Arrow(DRAINING, RUNNING),
            new Arrow(DRAINING, PAUSED),
            new Arrow(DRAINING, STOPPED),
            new Arrow(STOPPED, RUNNING),
            new Arrow(STOPPED, PAUSED));

    private record Arrow(Wanted from, Wanted to) {}

    static Stream<Arguments> matrix() {
        return Arrays.stream(Wanted.values())
                .flatMap(from -> Arrays.stream(Wanted.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void allowsWhatTheTableSaysAndNothingElse(Wanted from, Wanted to) {
        assertThat(from.mayBecome(to)).isEqualTo(LEGAL.contains(new Arrow(from, to)));
        assertThat(from.next().contains(to)).isEqualTo(from.mayBecome(to));
    }

    @ParameterizedTest
    @EnumSource
    void isTheSameAfterTheLog(Wanted wanted) {
        assertThat(Wanted.of(wanted.onTheLog())).isEqualTo(wanted);
    }

    @Test
    void takesWhatANewerVersionWantsForAPause() {
        assertThat(Wanted.of(PipelineOrder.Wanted.UNRECOGNIZED)).isEqualTo(PAUSED);
    }
}
