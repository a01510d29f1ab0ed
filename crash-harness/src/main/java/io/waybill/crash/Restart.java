package io.waybill.crash;

import io.waybill.crash.oracle.Expectation;
import io.waybill.crash.oracle.StoreOracle;
import io.waybill.crash.oracle.TaskContent;
import io.waybill.crash.oracle.Violations;
import io.waybill.crash.process.Await;
import io.waybill.crash.process.ChildJvm;
import io.waybill.crash.process.Word;
import java.time.Duration;
import java.util.Map;

/** Ends all instances while nothing happens, takes their disks, lets one restore everything, and compares. */
final class Restart {

    private static final Duration RESTORE = Duration.ofMinutes(3);

    private final Cluster cluster;
    private final Report report;
    private final Violations violations;

    Restart(Cluster cluster, Report report, Violations violations) {
        this.cluster = cluster;
        this.report = report;
        this.violations = violations;
    }

    /** Returns with all instances down. @return how many tasks there are */
    int compareStores(Expectation expectation) throws Exception {
        cluster.slots().forEach(Slot::stop);
        Map<String, TaskContent> before = contents();
        StoreOracle.judgeState(expectation, before, violations);
        cluster.slots().forEach(Slot::wipe);
        Slot one = cluster.slots().getFirst();
        one.start();
        Await.until("one instance restores all " + before.size() + " tasks", RESTORE, () -> {
            ChildJvm.Signal restored = one.running().signal(Word.RESTORED);
            // One that is told to end while it starts closes nothing in order.
            return one.isReady() && restored != null && Integer.parseInt(restored.value()) == before.size();
        });
        one.stop();
        Map<String, TaskContent> after = contents();
        StoreOracle.judgeRestore(before, after, violations);
        StoreOracle.judgeState(expectation, after, violations);
        report.figure(
                "rows compared before and after the restore",
                before.values().stream()
                        .flatMap(task -> task.columns().values().stream())
                        .mapToInt(Map::size)
                        .sum());
        return before.size();
    }

    private Map<String, TaskContent> contents() throws Exception {
        return TaskContent.ofAll(cluster.slots().stream().map(Slot::state).toList());
    }
}
