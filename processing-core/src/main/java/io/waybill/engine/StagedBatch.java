package io.waybill.engine;

import io.waybill.sink.Applied;
import io.waybill.sink.Applier;
import io.waybill.sink.Rejection;
import io.waybill.sink.StagedRow;
import io.waybill.sink.Standing;
import io.waybill.sink.Turn;
import io.waybill.sink.Unavailable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls of an applier that belong together: asks where the target stands, or brings rows there. It runs as operators do,
 * and may be left alone in the middle; whoever steers reads what came of it when it is over.
 */
final class StagedBatch {

    private final Applier<Object> applier;
    private final StagedLog log;
    private final List<StagedRow<Object>> rows;
    private final boolean stops;
    private final long told;
    private final Map<Long, Rejection> rejected = new LinkedHashMap<>();
    private long next;
    private @Nullable Standing standing;
    private @Nullable Unavailable trouble;
    private @Nullable Rejection stop;
    private boolean outOfTurn;
    private volatile boolean cut;

    private StagedBatch(
            Applier<Object> applier, StagedLog log, List<StagedRow<Object>> rows, boolean stops, long told) {
        this.applier = applier;
        this.log = log;
        this.rows = List.copyOf(rows);
        this.stops = stops;
        this.told = told;
        this.next = log.next();
    }

    /** Asks where the target stands. */
    static StagedBatch question(Applier<Object> applier, StagedLog log) {
        return new StagedBatch(applier, log, List.of(), false, Turn.NOTHING);
    }

    /**
     * @param stops whether a row that is refused is left as it is, and the sink stops before it
     * @param told rejections below this offset are not needed any more
     */
    static StagedBatch of(
            Applier<Object> applier, StagedLog log, List<StagedRow<Object>> rows, boolean stops, long told) {
        return new StagedBatch(applier, log, rows, stops, told);
    }

    /** Nothing that it still does is waited for. It lets go of the applier itself. */
    void cut() {
        cut = true;
    }

    void run() {
        try {
            if (rows.isEmpty()) {
                standing = applier.standing(log.id());
            } else {
                bring();
            }
        } catch (Exception unknown) {
            trouble = new Unavailable(unknown.toString(), false);
        } finally {
            if (cut) {
                applier.close();
            }
        }
    }

    private void bring() {
        Deque<List<StagedRow<Object>>> todo = new ArrayDeque<>(List.of(rows));
        while (!todo.isEmpty() && !cut && trouble == null && stop == null && !outOfTurn) {
            List<StagedRow<Object>> some = todo.removeFirst();
            switch (applier.apply(turn(some), some)) {
                case Applied.Done done -> next = behind(some);
                case Applied.OutOfTurn moved -> outOfTurn = true;
                case Applied.Refused refused -> refused(refused, some, todo);
                case Unavailable unavailable -> trouble = unavailable;
            }
        }
    }

    /** One that is alone is to blame itself; else they are tried in smaller transactions, in their order. */
    private void refused(Applied.Refused refused, List<StagedRow<Object>> some, Deque<List<StagedRow<Object>>> todo) {
        if (some.size() == 1) {
            Rejection why = refused.rejection();
            reject(new Rejection(some.getFirst().offset(), why.code(), why.message()), some);
            return;
        }
        int at = refused.known() ? indexOf(refused.rejection().offset(), some) : -1;
        int from = at < 0 ? some.size() / 2 : at;
        int to = at < 0 ? from : at + 1;
        push(some.subList(to, some.size()), todo);
        push(some.subList(from, to), todo);
        push(some.subList(0, from), todo);
    }

    private static void push(List<StagedRow<Object>> some, Deque<List<StagedRow<Object>>> todo) {
        if (!some.isEmpty()) {
            todo.addFirst(some);
        }
    }

    private static int indexOf(long offset, List<StagedRow<Object>> some) {
        for (int i = 0; i < some.size(); i++) {
            if (some.get(i).offset() == offset) {
                return i;
            }
        }
        return -1;
    }

    private void reject(Rejection rejection, List<StagedRow<Object>> alone) {
        if (stops) {
            stop = rejection;
            return;
        }
        switch (applier.reject(turn(alone), rejection)) {
            case Applied.Done done -> {
                next = behind(alone);
                rejected.put(rejection.offset(), rejection);
            }
            case Applied.OutOfTurn moved -> outOfTurn = true;
            case Applied.Refused refused ->
                trouble = new Unavailable(
                        "it does not keep a rejection: " + refused.rejection().message(), true);
            case Unavailable unavailable -> trouble = unavailable;
        }
    }

    private Turn turn(List<StagedRow<Object>> some) {
        return new Turn(log.id(), next, behind(some), told);
    }

    private static long behind(List<StagedRow<Object>> some) {
        return some.getLast().offset() + 1;
    }

    /**
     * When it is over: what it found out is known from now on.
     *
     * @return whether rows were applied or rejected
     * @throws TaskHaltedException where what it found cannot be (R9)
     */
    boolean conclude() {
        switch (standing) {
            case null -> {}
            case Standing.At at -> log.stands(at);
            case Standing.Nowhere nowhere -> log.nowhere();
            case Unavailable unavailable -> trouble = unavailable;
        }
        boolean moved = standing == null && next > log.next();
        if (moved) {
            log.moved(next, rejected);
        }
        if (trouble != null || outOfTurn) {
            log.mustBeAskedFor();
        }
        return moved;
    }

    /** Why it did not come to its end; null where it did, or was only out of turn. */
    @Nullable
    Unavailable trouble() {
        return trouble;
    }

    boolean isOutOfTurn() {
        return outOfTurn;
    }

    /** The row before which the sink stops; null where there is none. */
    @Nullable
    Rejection stop() {
        return stop;
    }
}
