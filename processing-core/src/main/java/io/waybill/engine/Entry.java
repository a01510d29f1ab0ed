package io.waybill.engine;

/**
 * A record about to run: where it enters the chain, and its bytes there.
 *
 * @param start index of the first operator; 0 is the stage's input, else the operator before it is a split
 * @param label business name of a part, or empty
 * @param attempt 0, or the number of the replay
 */
record Entry(int start, PartPath path, byte[] payload, String label, int attempt) {}
