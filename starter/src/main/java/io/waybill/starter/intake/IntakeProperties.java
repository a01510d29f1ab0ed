package io.waybill.starter.intake;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Intake by REST.
 *
 * @param maxBuffered payloads that may be in memory at once, of all requests together; at least twice the largest
 *     payload
 * @param patience how long a request waits for room before it is told to come back
 */
@ConfigurationProperties("waybill.intake")
record IntakeProperties(
        @DefaultValue("64MB") DataSize maxBuffered,
        @DefaultValue("10s") Duration patience) {

    IntakeProperties {
        if (patience.isNegative()) {
            throw new IllegalArgumentException(
                    "expected waybill.intake.patience of zero or more, but it is " + patience);
        }
    }

    void checkAgainst(int maxPayloadBytes) {
        if (maxBuffered.toBytes() < 2L * maxPayloadBytes) {
            throw new IllegalArgumentException(
                    "expected waybill.intake.max-buffered to be at least twice waybill.max-payload-size (%d bytes), but it is %s"
                            .formatted(maxPayloadBytes, maxBuffered));
        }
    }
}
