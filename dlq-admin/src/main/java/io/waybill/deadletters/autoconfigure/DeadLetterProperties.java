package io.waybill.deadletters.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * @param maxPayloadSize the largest payload of a message, edits included; 1 byte to 512 MB
 * @param deadLetters bounds of dead-letter administration
 */
@ConfigurationProperties("waybill")
record DeadLetterProperties(
        @DefaultValue("16MB") DataSize maxPayloadSize,
        @DefaultValue Bounds deadLetters) {

    DeadLetterProperties {
        if (maxPayloadSize.toBytes() < 1 || maxPayloadSize.toMegabytes() > 512) {
            throw new IllegalArgumentException(
                    "expected waybill.max-payload-size from 1B to 512MB, but was " + maxPayloadSize);
        }
    }

    /** @param maxRevisions how many edits a dead letter may have; 1 to 10,000 */
    record Bounds(@DefaultValue("100") int maxRevisions) {

        Bounds {
            if (maxRevisions < 1 || maxRevisions > 10_000) {
                throw new IllegalArgumentException(
                        "expected waybill.dead-letters.max-revisions from 1 to 10000, but was " + maxRevisions);
            }
        }
    }
}
