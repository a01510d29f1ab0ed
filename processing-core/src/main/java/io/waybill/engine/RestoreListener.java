package io.waybill.engine;

import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Notes how far restores have come, and passes everything on. */
record RestoreListener(Probe next, Map<TaskId, RestoreProgress> restoring) implements Probe {

    static final RestoreProgress NOTHING = new RestoreProgress(0, 0, 0, Duration.ZERO);

    @Override
    public void at(Point point, String subject) {
        next.at(point, subject);
    }

    @Override
    public void restored(TaskId task, RestoreProgress progress) {
        restoring.put(task, progress);
        next.restored(task, progress);
    }

    @Override
    public void committed(String pipeline, Duration time, List<TaskCounts> counts) {
        next.committed(pipeline, time, counts);
    }

    @Override
    public void seen(String pipeline, String thread, ThreadFigures time, List<TaskFigures> tasks) {
        next.seen(pipeline, thread, time, tasks);
    }

    @Override
    public void calling(String pipeline, String operator, int more) {
        next.calling(pipeline, operator, more);
    }

    @Override
    public void called(String pipeline, String operator, CallEnd end, Duration time) {
        next.called(pipeline, operator, end, time);
    }
}
