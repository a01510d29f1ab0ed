package io.waybill.engine;

import java.time.Duration;

/** Options of which some are changed: the one place that copies all of them. */
final class ChangedOptions {

    Duration checkpointInterval;
    Duration transactionTimeout;
    Duration patience;
    Duration recordDeadline;
    int maxPayloadBytes;
    int maxParts;
    long maxEffectsBytes;
    long maxCheckpointBytes;
    int maxQueuedRecords;
    int outcomePartitions;
    int replicationFactor;
    boolean olderBrokers;
    Duration prepareBudget;
    int uncleanExits;
    int carefulRecords;
    int maxWaitingRecords;
    int maxWaitingOfKey;
    long maxWaitingBytes;
    long maxStagedRows;
    long maxSplitBytes;

    ChangedOptions(EngineOptions from) {
        checkpointInterval = from.checkpointInterval();
        transactionTimeout = from.transactionTimeout();
        patience = from.patience();
        recordDeadline = from.recordDeadline();
        maxPayloadBytes = from.maxPayloadBytes();
        maxParts = from.maxParts();
        maxEffectsBytes = from.maxEffectsBytes();
        maxCheckpointBytes = from.maxCheckpointBytes();
        maxQueuedRecords = from.maxQueuedRecords();
        outcomePartitions = from.outcomePartitions();
        replicationFactor = from.replicationFactor();
        olderBrokers = from.olderBrokers();
        prepareBudget = from.prepareBudget();
        uncleanExits = from.uncleanExits();
        carefulRecords = from.carefulRecords();
        maxWaitingRecords = from.maxWaitingRecords();
        maxWaitingOfKey = from.maxWaitingOfKey();
        maxWaitingBytes = from.maxWaitingBytes();
        maxStagedRows = from.maxStagedRows();
        maxSplitBytes = from.maxSplitBytes();
    }

    /** @throws InvalidOptionException where one of them is out of its bounds */
    EngineOptions made() {
        return new EngineOptions(
                checkpointInterval,
                transactionTimeout,
                patience,
                recordDeadline,
                maxPayloadBytes,
                maxParts,
                maxEffectsBytes,
                maxCheckpointBytes,
                maxQueuedRecords,
                outcomePartitions,
                replicationFactor,
                olderBrokers,
                prepareBudget,
                uncleanExits,
                carefulRecords,
                maxWaitingRecords,
                maxWaitingOfKey,
                maxWaitingBytes,
                maxStagedRows,
                maxSplitBytes);
    }
}
