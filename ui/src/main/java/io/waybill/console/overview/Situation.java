package io.waybill.console.overview;

import io.waybill.deadletters.DeadLetters.FailureGroup;
import io.waybill.tracking.FlowQueries.ProjectionLag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the overview judges.
 *
 * @param oldest when the oldest unresolved failure was first seen; null: there is none
 * @param behind what is shown may be out of date by more than a minute
 */
record Situation(
        long unresolved,
        int failingGroups,
        @Nullable Instant oldest,
        int openIncidents,
        ProjectionLag lag,
        boolean behind) {

    private static final Duration TOLERATED = Duration.ofMinutes(1);

    static Situation of(List<FailureGroup> groups, int openIncidents, ProjectionLag lag, Instant now) {
        boolean behind = lag.records() > 0 && (lag.asOf() == null || lag.asOf().isBefore(now.minus(TOLERATED)));
        return new Situation(
                groups.stream().mapToLong(FailureGroup::count).sum(),
                groups.size(),
                groups.stream()
                        .map(FailureGroup::firstSeen)
                        .min(Instant::compareTo)
                        .orElse(null),
                openIncidents,
                lag,
                behind);
    }
}
