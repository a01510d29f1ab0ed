package io.waybill.console.deadletters;

import io.waybill.console.frame.Link;
import io.waybill.console.frame.SourceOperator;
import io.waybill.deadletters.DeadLetters.DeadLetterFilter;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.format.TrackingId;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/** The list's filter as the URL tells it; blank is the same as absent. */
record DeadLetterQuery(
        @Nullable String pipeline,
        @Nullable String operator,
        @Nullable String error,
        @Nullable Status status,
        @Nullable TrackingId flow,
        @Nullable String q,
        boolean holdsUp) {

    DeadLetterQuery {
        pipeline = textOrNull(pipeline);
        operator = textOrNull(operator);
        error = textOrNull(error);
        q = textOrNull(q);
    }

    DeadLetterFilter filter() {
        return filter(status);
    }

    DeadLetterFilter filter(@Nullable Status wanted) {
        return new DeadLetterFilter(pipeline, SourceOperator.fromUrl(operator), error, wanted, flow, q, holdsUp);
    }

    /** Whether it leaves anything out. */
    public boolean isFiltered() {
        return pipeline != null
                || operator != null
                || error != null
                || status != null
                || flow != null
                || q != null
                || holdsUp;
    }

    /** This list with another state. */
    public String linkTo(@Nullable Status wanted) {
        return link(wanted).toString();
    }

    public String linkToOlder(String cursor) {
        return link(status).with("cursor", cursor).toString();
    }

    private Link link(@Nullable Status wanted) {
        return Link.to("dead-letters")
                .with("pipeline", pipeline)
                .with("operator", operator)
                .with("error", error)
                .with("status", wanted)
                .with("flow", flow)
                .with("q", q)
                .with("holdsUp", holdsUp ? true : null);
    }

    private static @Nullable String textOrNull(@Nullable String text) {
        return StringUtils.hasText(text) ? text.strip() : null;
    }
}
