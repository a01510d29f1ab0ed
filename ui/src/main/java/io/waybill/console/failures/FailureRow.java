package io.waybill.console.failures;

import io.waybill.console.frame.Link;
import io.waybill.console.frame.SourceOperator;
import io.waybill.deadletters.DeadLetters.FailureGroup;

/** @param link to the group's dead letters */
public record FailureRow(FailureGroup group, String operator, String link) {

    public static FailureRow of(FailureGroup group) {
        String operator = SourceOperator.toUrl(group.operator());
        return new FailureRow(
                group,
                operator,
                Link.to("dead-letters")
                        .with("pipeline", group.pipeline())
                        .with("operator", operator)
                        .with("error", group.errorCode())
                        .toString());
    }
}
