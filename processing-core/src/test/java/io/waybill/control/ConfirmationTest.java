package io.waybill.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.format.v1.StageShape;
import io.waybill.format.v1.TaskReport;
import io.waybill.format.v1.ThreadReport;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ConfirmationTest {

    private static final String ORDER = "order-1";
    private static final TopicPartition ACCOUNTS = new TopicPartition("accounts", 0);

    private static Actual judged(Wanted wanted, Set<String> members, ThreadReport... reports) {
        return new Confirmation(wanted, ORDER, members, List.of(reports)).judge(partitions -> Map.of(), () -> false);
    }

    private static ThreadReport.Builder report(String member, ThreadReport.State state) {
        return ThreadReport.newBuilder()
                .setThread("thread of " + member)
                .setMemberId(member)
                .setOrderId(ORDER)
                .setState(state);
    }

    private static ThreadReport paused(String member) {
        return report(member, ThreadReport.State.PAUSED).build();
    }

    @Test
    void isPausedWhenEveryMemberSaysSo() {
        assertThat(judged(Wanted.PAUSED, Set.of("a", "b"), paused("a"), paused("b")))
                .isEqualTo(Actual.PAUSED);
    }

    /** The group has expelled who has it, and that one may still commit. */
    @Test
    void isNotPausedWhileATaskIsOpenNowhere() {
        ThreadReport one = draining(ThreadReport.State.PAUSED).removeTasks(1).build();
        assertThat(judged(Wanted.PAUSED, Set.of("a"), one)).isEqualTo(Actual.PAUSING);
        assertThat(judged(
                        Wanted.PAUSED,
                        Set.of("a"),
                        draining(ThreadReport.State.PAUSED).build()))
                .isEqualTo(Actual.PAUSED);
    }

    @Test
    void isNotStoppedWhileAThreadThatIsGoneMayCommit() {
        Confirmation confirmation = new Confirmation(Wanted.STOPPED, ORDER, Set.of(), List.of());
        assertThat(confirmation.judge(partitions -> Map.of(), () -> true)).isEqualTo(Actual.STOPPING);
    }

    @Test
    void isNotPausedWhileAMemberHasNotReported() {
        assertThat(judged(Wanted.PAUSED, Set.of("a", "b"), paused("a"))).isEqualTo(Actual.PAUSING);
    }

    @Test
    void isNotPausedWhileAMemberHasReadAnotherOrderOnly() {
        ThreadReport late = paused("b").toBuilder().setOrderId("order-0").build();
        assertThat(judged(Wanted.PAUSED, Set.of("a", "b"), paused("a"), late)).isEqualTo(Actual.PAUSING);
    }

    @Test
    void isNotPausedWhileSomethingRuns() {
        ThreadReport busy = report("b", ThreadReport.State.PAUSING).build();
        assertThat(judged(Wanted.PAUSED, Set.of("a", "b"), paused("a"), busy)).isEqualTo(Actual.PAUSING);
    }

    @Test
    void countsNoReportOfAThreadThatLeftTheGroup() {
        ThreadReport dead = report("dead", ThreadReport.State.RUNNING).build();
        assertThat(judged(Wanted.PAUSED, Set.of("a"), paused("a"), dead)).isEqualTo(Actual.PAUSED);
        assertThat(judged(Wanted.RUNNING, Set.of("a"), paused("a"), dead)).isEqualTo(Actual.STARTING);
    }

    @Test
    void isStoppedWhenNobodyIsInTheGroup() {
        ThreadReport stopped = report("", ThreadReport.State.STOPPED).build();
        assertThat(judged(Wanted.STOPPED, Set.of(), stopped)).isEqualTo(Actual.STOPPED);
        assertThat(judged(Wanted.STOPPED, Set.of("b"), stopped, paused("b"))).isEqualTo(Actual.STOPPING);
    }

    @Test
    void saysThatNobodyRunsItWhereTheGroupIsEmpty() {
        assertThat(judged(Wanted.RUNNING, Set.of())).isEqualTo(Actual.NOBODY);
        assertThat(judged(Wanted.PAUSED, Set.of(), paused("dead"))).isEqualTo(Actual.NOBODY);
    }

    /** Two stages of one partition, the second read up to 7. */
    private static ThreadReport.Builder draining(ThreadReport.State state) {
        return report("a", state)
                .addStages(StageShape.newBuilder()
                        .setName("source")
                        .setInput("in")
                        .setReplays("source.replays")
                        .setPartitions(1)
                        .setSource(true))
                .addStages(StageShape.newBuilder()
                        .setName("accounts")
                        .setInput(ACCOUNTS.topic())
                        .setReplays("accounts.replays")
                        .setPartitions(1))
                .addTasks(TaskReport.newBuilder().setStage("source").setState(TaskReport.State.OPEN))
                .addTasks(TaskReport.newBuilder()
                        .setStage("accounts")
                        .setNextInput(7)
                        .setState(TaskReport.State.OPEN));
    }

    private static Actual drained(ThreadReport report, Map<TopicPartition, Long> ends) {
        return new Confirmation(Wanted.DRAINING, ORDER, Set.of("a"), List.of(report))
                .judge(partitions -> ends, () -> false);
    }

    @Test
    void isDrainedWhenEveryTaskIsEmptyAndReadToTheEndOfItsTopics() {
        ThreadReport empty = draining(ThreadReport.State.EMPTY).build();
        assertThat(drained(empty, Map.of(ACCOUNTS, 7L, new TopicPartition("in", 0), 1_000L)))
                .isEqualTo(Actual.DRAINED);
    }

    @Test
    void isNotDrainedWhereSomethingWasSentAfterATaskWasEmpty() {
        ThreadReport empty = draining(ThreadReport.State.EMPTY).build();
        assertThat(drained(empty, Map.of(ACCOUNTS, 8L))).isEqualTo(Actual.DRAINING);
    }

    @Test
    void isNotDrainedWhileAReplayWaits() {
        ThreadReport empty = draining(ThreadReport.State.EMPTY).build();
        assertThat(drained(empty, Map.of(new TopicPartition("source.replays", 0), 1L)))
                .isEqualTo(Actual.DRAINING);
    }

    @Test
    void isNotDrainedWhileATaskIsOpenNowhere() {
        ThreadReport one = draining(ThreadReport.State.EMPTY).removeTasks(1).build();
        assertThat(drained(one, Map.of())).isEqualTo(Actual.DRAINING);
        ThreadReport halted = draining(ThreadReport.State.EMPTY)
                .setTasks(1, TaskReport.newBuilder().setStage("accounts").setState(TaskReport.State.TASK_HALTED))
                .build();
        assertThat(drained(halted, Map.of())).isEqualTo(Actual.DRAINING);
    }

    @Test
    void isNotDrainedWhileAThreadHasSomethingInHand() {
        assertThat(drained(draining(ThreadReport.State.DRAINING).build(), Map.of()))
                .isEqualTo(Actual.DRAINING);
    }

    @Test
    void saysWhatADrainWaitsForInTheWaitingRoom() {
        ThreadReport busy = report("a", ThreadReport.State.DRAINING)
                .addTasks(TaskReport.newBuilder()
                        .setStage("source")
                        .setPartition(3)
                        .setState(TaskReport.State.OPEN)
                        .setWaiting(2)
                        .setNextTryMs(60_000))
                .build();
        Confirmation confirmation = new Confirmation(Wanted.DRAINING, ORDER, Set.of("a"), List.of(busy));
        assertThat(confirmation.judge(partitions -> Map.of(), () -> false)).isEqualTo(Actual.DRAINING);
        assertThat(confirmation.missing())
                .containsExactly("task source/3 has 2 in its waiting room, the next is tried at 1970-01-01T00:01:00Z");
    }

    @Test
    void saysWhatIsMissing() {
        ThreadReport busy = report("b", ThreadReport.State.PAUSING)
                .addTasks(TaskReport.newBuilder()
                        .setStage("source")
                        .setPartition(3)
                        .setState(TaskReport.State.OPEN)
                        .setInFlight(true))
                .build();
        Confirmation confirmation = new Confirmation(Wanted.PAUSED, ORDER, Set.of("a", "b", "c"), List.of(busy));
        assertThat(confirmation.judge(partitions -> Map.of(), () -> false)).isEqualTo(Actual.PAUSING);
        assertThat(confirmation.missing())
                .containsExactly(
                        "2 threads are in the group and have not reported yet", "task source/3 has a record in it");
    }
}
