package io.waybill.store;

import org.apache.kafka.common.Uuid;

/**
 * How far a changelog was applied.
 *
 * @param nextOffset the first offset that is not applied
 * @param leaderEpoch of the last record applied; -1 where unknown
 */
public record StorePosition(Uuid topicId, int leaderEpoch, long nextOffset) {}
