package io.waybill.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sink.Handle;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dies at each step of everything, and of the recovery from that, by a kill and by loss of power. */
class FileSinkCrashTest {

    private static final int ROWS = 6;
    private static final int SEEDS = Integer.getInteger("waybill.files.seeds", 4);

    private static void life(Rehearsal rehearsal) {
        rehearsal.life().open().finish();
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void showsEachRowOnceWhateverStepItDiesAt(boolean rolling, boolean power) {
        Rehearsal whole = new Rehearsal(0, rolling, ROWS);
        life(whole);
        int steps = whole.disk.steps();
        assertThat(steps).isGreaterThan(100);
        for (int step = 1; step <= steps; step++) {
            for (int seed = 0; seed < SEEDS; seed++) {
                diesAt(step, new Rehearsal(seed, rolling, ROWS), power, seed);
            }
        }
    }

    private static void diesAt(int step, Rehearsal rehearsal, boolean power, int seed) {
        Random random = new Random(seed * 1_000L + step);
        try {
            rehearsal.disk.dieAt(step, seed % 2 == 0);
            int more = seed / 3;
            while (died(rehearsal, power && random.nextBoolean())) {
                if (more-- > 0) {
                    rehearsal.disk.dieAt(1 + random.nextInt(80), random.nextBoolean());
                }
            }
            rehearsal.disk.live();
            if (power) {
                // What was answered is durable, whoever answered.
                rehearsal.disk.powerLost();
            }
            rehearsal.requireAllRows();
        } catch (RuntimeException | AssertionError failed) {
            throw new AssertionError("step %d, seed %d: %s".formatted(step, seed, failed.getMessage()), failed);
        }
    }

    private static boolean died(Rehearsal rehearsal, boolean power) {
        try {
            life(rehearsal);
            return false;
        } catch (SimDisk.Died died) {
            if (power) {
                rehearsal.disk.powerLost();
            } else {
                rehearsal.disk.killed();
            }
            return true;
        }
    }

    /** The rehearsal would see it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void seesADiskThatForgetsWhatItSynced(boolean rolling) {
        int seen = 0;
        for (int step = 20; step < 200; step++) {
            Rehearsal rehearsal = new Rehearsal(step, rolling, ROWS);
            rehearsal.disk.forgetful();
            try {
                diesAt(step, rehearsal, true, 0);
            } catch (AssertionError lost) {
                seen++;
            }
        }
        assertThat(seen).isGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rollsBackWhatWasPreparedAndNeverRecorded(boolean rolling) {
        for (int step = 1; step < 120; step++) {
            Rehearsal rehearsal = new Rehearsal(step, rolling, ROWS);
            Rehearsal.Life first = rehearsal.life().open();
            first.checkpoint();
            Handle undecided = first.prepare();
            rehearsal.disk.dieAt(step, false);
            try {
                life(rehearsal);
            } catch (SimDisk.Died died) {
                rehearsal.disk.powerLost();
                life(rehearsal);
            }
            rehearsal.disk.live();
            rehearsal.requireAllRows();
            assertThat(rehearsal.life().participant.prepared())
                    .noneMatch(prepared -> prepared.handle().equals(undecided));
        }
    }

    /** The former owner stops at any step of its prepare; the new one fences, lists, works and is done; it goes on. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void showsNothingThatAFormerOwnerStagesLate(boolean rolling) {
        int refused = 0;
        int late = 0;
        for (int step = 1; step < 40; step++) {
            Rehearsal rehearsal = new Rehearsal(step, rolling, ROWS);
            Rehearsal.Life former = rehearsal.life().open();
            former.checkpoint();
            boolean[] ran = {false};
            at(rehearsal, step, () -> {
                if (!ran[0]) {
                    ran[0] = true;
                    life(rehearsal);
                }
            });
            try {
                Handle unused = former.prepare();
                late += ran[0] ? 1 : 0;
            } catch (FilesUnusableException formerOwner) {
                refused++;
            }
            if (ran[0]) {
                rehearsal.requireAllRows();
            }
        }
        assertThat(refused).isPositive();
        // After the last look at the epochs: before the rename the next list shows it, and its checkpoint cannot
        // commit.
        assertThat(late).isBetween(1, 2);
    }

    /** The same at any step of a commit that is on the record: both commit it, whoever is first. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void showsOnceWhatTwoOwnersCommit(boolean rolling) {
        int met = 0;
        for (int step = 1; step < 80; step++) {
            Rehearsal rehearsal = new Rehearsal(step, rolling, ROWS);
            Rehearsal.Life former = rehearsal.life().open();
            former.checkpoint();
            Handle handle = former.prepare();
            former.decide(handle);
            boolean[] ran = {false};
            at(rehearsal, step, () -> {
                if (!ran[0]) {
                    ran[0] = true;
                    life(rehearsal);
                }
            });
            former.commit(handle);
            former.commit(handle);
            former.participant.close();
            if (ran[0]) {
                met++;
                rehearsal.requireAllRows();
            }
        }
        assertThat(met).isGreaterThan(8);
    }

    /** And where both stand in the middle: the former owner goes on first, then the new one. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void showsOnceWhatTwoOwnersCommitStepByStep(boolean rolling) throws InterruptedException {
        int met = 0;
        for (int step = 1; step < 50; step++) {
            for (int stop = 1; stop < 70; stop += 3) {
                Rehearsal rehearsal = new Rehearsal(step, rolling, ROWS);
                Rehearsal.Life former = rehearsal.life().open();
                former.checkpoint();
                Handle handle = former.prepare();
                former.decide(handle);
                try (Interleaved owner = new Interleaved(() -> rehearsal.life().open(), stop)) {
                    at(rehearsal, step, owner);
                    former.commit(handle);
                    former.participant.close();
                    rehearsal.disk.onStep(() -> {});
                    met += owner.isInTheMiddle() ? 1 : 0;
                }
                life(rehearsal);
                rehearsal.requireAllRows();
            }
        }
        assertThat(met).isGreaterThan(100);
    }

    private static void at(Rehearsal rehearsal, int step, Runnable other) {
        int[] left = {step};
        rehearsal.disk.onStep(() -> {
            if (--left[0] <= 0) {
                other.run();
            }
        });
    }
}
