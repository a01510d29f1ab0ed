package io.waybill.starter;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What all of Waybill shares.
 *
 * @param topicPrefix of every topic, consumer group and transactional id of Waybill's own
 * @param stateFolder local stores of tasks; a cache: it may be lost
 * @param maxPayloadSize of a message or a part; topics' limits are this plus 1 MiB of envelope
 * @param instanceId names this process to the broker for ever, so that a quick restart gets its tasks back without
 *     waiting for a session time-out; empty: the process is a new member each time
 */
@Validated
@ConfigurationProperties("waybill")
public record WaybillProperties(
        @DefaultValue("waybill") @Pattern(regexp = "[a-zA-Z0-9._-]{1,100}")
        String topicPrefix,

        @DefaultValue("data/state") @NotNull Path stateFolder,
        @DefaultValue("16MB") @NotNull DataSize maxPayloadSize,

        @DefaultValue("") @Pattern(regexp = "[a-zA-Z0-9._-]{0,100}")
        String instanceId) {}
