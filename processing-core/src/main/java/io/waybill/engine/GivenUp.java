package io.waybill.engine;

import java.time.Instant;

/**
 * How a record was given up by the machine.
 *
 * @param tries how often it was run
 * @param firstFailedAt where it was run
 * @param isInSequence whether later records of its key wait for what people make of it
 */
record GivenUp(OperatorFailure failure, int tries, Instant firstFailedAt, boolean isInSequence) {}
