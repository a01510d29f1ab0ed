package io.waybill.testkit;

/**
 * Something that waits for a person and is not closed yet.
 *
 * @param stage and partition of the task it concerns; -1 where it concerns none
 * @param code stable; names the runbook page
 * @param operator empty where it concerns none
 * @param trackingId of the flow it concerns; empty where it concerns none
 */
public record Incident(
        String id,
        String stage,
        int partition,
        String code,
        String operator,
        String trackingId,
        String title,
        String detail) {}
