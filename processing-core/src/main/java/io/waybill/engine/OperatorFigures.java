package io.waybill.engine;

import java.time.Duration;

/**
 * What an operator of a task did since it was asked last. Of a task with more than a thousand runs a second some are
 * measured and stand for the others.
 *
 * @param calls how often it was entered
 * @param time in it, without what the operators behind it took; where it is called through, of calls that ended
 */
public record OperatorFigures(String operator, long calls, Duration time) {}
