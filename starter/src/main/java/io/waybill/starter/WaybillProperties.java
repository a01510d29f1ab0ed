package io.waybill.starter;

import io.waybill.log.kafka.GroupProtocol;
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
 * @param groupProtocol the same one for all processes of a pipeline
 * @param onStop what becomes of a stopping process's tasks
 */
@Validated
@ConfigurationProperties("waybill")
public record WaybillProperties(
        @DefaultValue("waybill") @Pattern(regexp = "[a-zA-Z0-9._-]{1,100}")
        String topicPrefix,

        @DefaultValue("data/state") @NotNull Path stateFolder,
        @DefaultValue("16MB") @NotNull DataSize maxPayloadSize,

        @DefaultValue("") @Pattern(regexp = "[a-zA-Z0-9._-]{0,100}")
        String instanceId,

        @DefaultValue("classic") @NotNull GroupProtocol groupProtocol,
        @DefaultValue("hand-over") @NotNull OnStop onStop) {

    public WaybillProperties {
        if (onStop == OnStop.KEEP && instanceId.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected waybill.instance-id beside waybill.on-stop=keep, but it is empty: a process without a"
                            + " name cannot come back for its tasks");
        }
    }

    /** What a process that is stopped does with its tasks. */
    public enum OnStop {
        /** It leaves its group, and others take over within seconds. */
        HAND_OVER,
        /** They wait for it until its session is over: for restarts that are quicker than restoring elsewhere. */
        KEEP
    }
}
