package io.waybill.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class IntakeLimitsTest {

    @Test
    void areSixteenMebibytesAndHalfAMinuteUnlessSomebodySaysOtherwise() {
        assertThat(IntakeLimits.DEFAULT).isEqualTo(new IntakeLimits(16 * 1024 * 1024, Duration.ofSeconds(30)));
    }

    @Test
    void refuseBoundsThatAreNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> new IntakeLimits(0, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new IntakeLimits((1 << 30) + 1, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new IntakeLimits(1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new IntakeLimits(1, Duration.ofSeconds(-1)));
    }
}
