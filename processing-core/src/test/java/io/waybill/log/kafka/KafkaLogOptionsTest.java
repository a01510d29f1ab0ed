package io.waybill.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaLogOptionsTest {

    private static final KafkaLogOptions OPTIONS = KafkaLogOptions.of("127.0.0.1:9092");

    @Test
    void securityReachesEveryClient() {
        KafkaLogOptions secured = OPTIONS.withClientProperties(Map.of("security.protocol", "SSL"));

        assertThat(AdminSettings.of(secured)).containsEntry("security.protocol", "SSL");
        assertThat(ConsumerSettings.alone(secured)).containsEntry("security.protocol", "SSL");
        assertThat(ProducerSettings.idempotent(secured)).containsEntry("security.protocol", "SSL");
    }

    @Test
    void whatExactlyOnceRestsOnIsNotForClientPropertiesToSet() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OPTIONS.withClientProperties(Map.of("isolation.level", "read_uncommitted")))
                .withMessage("expected client properties without isolation.level, which the log sets itself");
    }

    @Test
    void boundsAreRefusedByNameAndValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OPTIONS.withSessionTimeout(Duration.ZERO))
                .withMessage("expected a positive session timeout, but got PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OPTIONS.withMaxPollRecords(0))
                .withMessageContaining("at least one record per poll");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OPTIONS.withMaxRequestBytes(0))
                .withMessageContaining("but got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OPTIONS.withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(5)))
                .withMessageContaining("a delivery timeout of at least");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KafkaLogOptions.of(" "))
                .withMessageContaining("expected bootstrap servers");
    }
}
