package io.waybill.starter.engine;

import io.waybill.engine.EngineOptions;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How processing threads work. Bounds that depend on each other are checked by {@link EngineOptions}.
 *
 * @param enabled false: this application takes messages in and shows them, but processes none
 * @param threads processing threads for each pipeline in this process
 */
@Validated
@ConfigurationProperties("waybill.engine")
public record EngineProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("1") @Min(1) @Max(64) int threads,
        @DefaultValue("100ms") Duration checkpointInterval,
        @DefaultValue("30s") Duration transactionTimeout,
        @DefaultValue("3s") Duration patience,
        @DefaultValue("6s") Duration sessionTimeout,
        @DefaultValue("60s") Duration recordDeadline,
        @DefaultValue("1000000") int maxParts,
        @DefaultValue("256MB") DataSize maxEffectsSize,
        @DefaultValue("32MB") DataSize maxCheckpointSize,
        @DefaultValue("250") int maxQueuedRecords,
        @DefaultValue("4") int outcomePartitions,
        @DefaultValue("false") boolean olderBrokers,
        @DefaultValue("2s") Duration prepareBudget,
        @DefaultValue("4") int uncleanExits,
        @DefaultValue("100") int carefulRecords,
        @DefaultValue("50000") int maxWaitingRecords,
        @DefaultValue("10000") int maxWaitingOfKey,
        @DefaultValue("64MB") DataSize maxWaitingSize,
        @DefaultValue("1000000") long maxStagedRows,
        @DefaultValue("1GB") DataSize maxSplitSize) {

    /** @throws IllegalArgumentException naming the property that is out of its bounds */
    EngineOptions options(DataSize maxPayloadSize) {
        return new EngineOptions(
                checkpointInterval,
                transactionTimeout,
                patience,
                recordDeadline,
                Math.toIntExact(maxPayloadSize.toBytes()),
                maxParts,
                maxEffectsSize.toBytes(),
                maxCheckpointSize.toBytes(),
                maxQueuedRecords,
                outcomePartitions,
                -1,
                olderBrokers,
                prepareBudget,
                uncleanExits,
                carefulRecords,
                maxWaitingRecords,
                maxWaitingOfKey,
                maxWaitingSize.toBytes(),
                maxStagedRows,
                maxSplitSize.toBytes());
    }
}
