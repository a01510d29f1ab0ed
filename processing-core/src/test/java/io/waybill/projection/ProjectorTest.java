package io.waybill.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.format.LogFormats;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.OutcomeBlock;
import io.waybill.projection.ProjectorState.BackingOff;
import io.waybill.projection.ProjectorState.Following;
import io.waybill.projection.ProjectorState.Halted;
import io.waybill.projection.ProjectorState.Stopped;
import io.waybill.projection.ProjectorState.WaitingForTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProjectorTest {

    private final ListLog log = new ListLog(2);
    private final ListProjection database = new ListProjection();
    private Instant now = Instant.EPOCH;
    private final Projector projector = new Projector("test", database, log, () -> now);

    @AfterEach
    void closesEveryReader() {
        projector.close();
        assertThat(log.openReaders).isZero();
    }

    @Test
    void appliesEachRecordOnceAcrossRestarts() {
        log.append(0, "a");
        log.append(1, "b");
        projector.step();
        projector.close();
        log.append(0, "c");
        projector.step();
        projector.step();

        assertThat(database.values).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(projector.state()).isEqualTo(new Following());
    }

    @Test
    void waitsForTopicsThatDoNotExistYet() {
        log.topicExists = false;
        log.append(0, "a");

        assertThat(projector.step()).isPositive();
        assertThat(projector.state()).isInstanceOf(WaitingForTopics.class);

        log.topicExists = true;
        projector.step();
        assertThat(database.values).containsExactly("a");
    }

    @Test
    void goesOnFromTheRivalsPositionWhereItWasFaster() {
        log.append(0, "a");
        projector.step();
        log.append(0, "b");
        log.append(1, "c");
        database.positions.put(ListLog.partition(0), 2L);

        projector.step();
        projector.step();

        assertThat(database.values).containsExactly("a", "c");
        assertThat(projector.lag()).isZero();
    }

    @Test
    void twoRivalsTogetherApplyEachRecordOnce() {
        Projector rival = new Projector("rival", database, log, () -> now);
        List<String> sent = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            String value = "v" + round;
            sent.add(value);
            log.append(round % 2, value);
            (round % 3 == 0 ? rival : projector).step();
        }
        for (int round = 0; round < 3; round++) {
            projector.step();
            rival.step();
        }
        rival.close();

        assertThat(database.values).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void anOutageOfTheDatabaseIsWaitedOutWithGrowingButBoundedPatience() {
        log.append(0, "a");
        database.failure = new IllegalStateException("the database is away");

        List<Duration> waits = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            waits.add(projector.step());
        }
        assertThat(projector.state()).isInstanceOf(BackingOff.class);
        assertThat(waits).isSorted().startsWith(Duration.ofMillis(200)).endsWith(Duration.ofSeconds(10));

        database.failure = null;
        assertThat(projector.step()).isZero();
        assertThat(database.values).containsExactly("a");
    }

    @Test
    void anUnreadableRecordHaltsAndIsNotSkipped() {
        log.append(0, "a");
        database.failure = unreadable();

        projector.step();
        database.failure = null;
        log.append(0, "b");
        projector.step();

        assertThat(projector.state()).isInstanceOf(Halted.class);
        assertThat(database.values).isEmpty();
        assertThat(database.positions).isEmpty();
    }

    @Test
    void aPositionBelowTheLogsStartHalts() {
        log.append(0, "a");
        log.append(0, "b");
        log.starts.put(ListLog.partition(0), 1L);

        projector.step();

        assertThat(projector.state())
                .isInstanceOfSatisfying(
                        Halted.class,
                        halted -> assertThat(halted.cause())
                                .hasMessageContaining("POSITION_OUTSIDE_LOG")
                                .hasMessageContaining("from 1 to 2, but was 0"));
    }

    @Test
    void aPositionPastTheLogsEndHalts() {
        database.positions.put(ListLog.partition(1), 7L);

        projector.step();

        assertThat(projector.state()).isInstanceOf(Halted.class);
    }

    @Test
    void lagIsZeroOnceOnlyMarkersAreLeft() {
        log.append(0, "a");
        log.appendMarker(0);
        projector.step();

        assertThat(projector.lag()).isZero();
    }

    @Test
    void lagCountsWhatTheOutageHoldsBack() {
        projector.step();
        log.append(0, "a");
        log.append(1, "b");
        database.failure = new IllegalStateException("the database is away");
        projector.step();
        now = now.plusSeconds(2);
        projector.step();

        assertThat(projector.lag()).isEqualTo(2);
    }

    @Test
    void runsOnItsOwnThreadUntilClosed() {
        projector.start();
        log.append(0, "a");
        await().until(() -> database.positions.containsKey(ListLog.partition(0)));

        projector.close();

        assertThat(projector.state()).isEqualTo(new Stopped());
        assertThat(database.values).containsExactly("a");
    }

    @Test
    void aNewStartTriesAgainAfterAHalt() {
        log.append(0, "a");
        database.failure = unreadable();
        projector.start();
        await().until(() -> projector.state() instanceof Halted);
        projector.close();
        assertThat(projector.state()).isInstanceOf(Halted.class);

        database.failure = null;
        projector.start();
        await().until(() -> projector.state() instanceof Following);
        projector.close();

        assertThat(database.values).containsExactly("a");
    }

    private static UnreadableLogException unreadable() {
        try {
            LogFormats.decode(OutcomeBlock.parser(), new byte[] {9}, "waybill.outcomes-0@0");
            throw new AssertionError("expected an unreadable record");
        } catch (UnreadableLogException e) {
            return e;
        }
    }
}
