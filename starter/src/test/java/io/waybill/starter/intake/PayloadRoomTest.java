package io.waybill.starter.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.util.unit.DataSize;

class PayloadRoomTest {

    @Test
    void isRefusedWhileOthersHoldItAndGivenOnceItIsFree() throws IOException {
        PayloadRoom room = new PayloadRoom(10 * 1024, Duration.ofMillis(20));

        String held = room.holding(6 * 1024, () -> {
            assertThatExceptionOfType(RequestRefusedException.class)
                    .isThrownBy(() -> room.holding(5 * 1024, () -> "no room"))
                    .matches(refusal -> refusal.status() == HttpStatus.SERVICE_UNAVAILABLE)
                    .matches(refusal -> refusal.code().equals("INTAKE_BUSY"));
            return "held";
        });

        assertThat(held).isEqualTo("held");
        assertThat(room.holding(10 * 1024, () -> "free")).isEqualTo("free");
    }

    @Test
    void isFreeAgainAfterAFailure() throws IOException {
        PayloadRoom room = new PayloadRoom(1024, Duration.ofMillis(20));
        assertThatIOException()
                .isThrownBy(() -> room.holding(1024, () -> {
                    throw new IOException("the client went away");
                }));

        assertThat(room.holding(1024, () -> "free")).isEqualTo("free");
    }

    @Test
    void keepsTheInterruptionOfWhoeverWaits() {
        PayloadRoom room = new PayloadRoom(1024, Duration.ofSeconds(20));
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(RequestRefusedException.class).isThrownBy(() -> room.holding(2048, () -> "too much"));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void mustHoldTwiceTheLargestPayload() {
        IntakeProperties properties = new IntakeProperties(DataSize.ofMegabytes(31), Duration.ofSeconds(1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties.checkAgainst(16 << 20))
                .withMessageContaining("waybill.intake.max-buffered");
    }
}
