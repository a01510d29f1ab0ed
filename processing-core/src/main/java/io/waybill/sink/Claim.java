package io.waybill.sink;

/**
 * What a checkpoint says of one source partition whose rows it prepares. The sink takes it only while the epoch is still
 * the partition's (R4).
 *
 * @param epoch that {@link Participant#raise} gave this thread
 * @param next the next offset of the partition's task after this checkpoint
 */
public record Claim(int partition, long epoch, long next) {}
