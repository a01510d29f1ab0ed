package io.waybill.engine;

import io.waybill.format.v1.Incident;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * One incident for all flows of a task that are overdue. It stays as it was opened: changed by a former owner, it would be
 * open again after the present one had closed it. So where it says too little it is closed, and another one says what is so
 * then, not more often than people can make use of. One thread.
 */
final class OverdueIncidents {

    /** Between two of one task: as long as the deadline, within these. */
    private static final Duration LEAST = Duration.ofSeconds(10);

    private static final Duration MOST = Duration.ofMinutes(5);

    private final String pipeline;
    private final Duration pace;
    private final InstantSource clock;
    private final IncidentLog incidents;

    OverdueIncidents(PipelinePlan plan, InstantSource clock, IncidentLog incidents) {
        this.pipeline = plan.pipeline().name();
        this.pace = pace(plan.pipeline().flowDeadline());
        this.clock = clock;
        this.incidents = incidents;
    }

    private static Duration pace(@Nullable Duration within) {
        if (within == null || within.compareTo(LEAST) < 0) {
            return LEAST;
        }
        return within.compareTo(MOST) > 0 ? MOST : within;
    }

    /**
     * Whether people know it.
     *
     * @param late null where all is in time
     */
    boolean isTold(TaskId task, Deadlines.@Nullable Late late) {
        Collection<Incident> told = incidents.openOf(cause(task)).values();
        if (late == null || told.isEmpty()) {
            return late == null && told.isEmpty();
        }
        long recent = clock.instant().minus(pace).toEpochMilli();
        return told.stream().allMatch(open -> open.getOpenedAtMs() > recent || late.isToldBy(open));
    }

    /**
     * People hear it. Called right behind a commit, which a former owner cannot make.
     *
     * @param late null where all is in time
     */
    void say(TaskId task, Deadlines.@Nullable Late late) {
        if (isTold(task, late)) {
            return;
        }
        incidents.close(cause(task), "waybill");
        if (late != null) {
            incidents.open(
                    task, cause(task), late.incident(pipeline), late.flows().getFirst());
        }
    }

    private static String cause(TaskId task) {
        return "overdue:" + task;
    }
}
