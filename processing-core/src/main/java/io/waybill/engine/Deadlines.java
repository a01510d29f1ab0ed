package io.waybill.engine;

import com.google.protobuf.ByteString;
import io.waybill.format.TrackingId;
import io.waybill.format.v1.FlowRow;
import io.waybill.format.v1.Incident;
import io.waybill.format.v1.Overdue;
import io.waybill.store.LocalStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of the flows that a task keeps a row of: each stands in a row of its own, in the order of their times,
 * until the flow has its first result. What is due is said once, a bounded number in each checkpoint, and stands among
 * the overdue ones from then on. In the stage in which flows become whole, that a flow is whole may stand on the log
 * unread: there log time decides, and the clock only where all was read (DESIGN §8). One thread.
 */
final class Deadlines {

    /** Of flows that are not overdue. Key: due time (8 bytes, big endian), tracking id. */
    static final String PENDING = "deadline";

    /** Of those that are, with the same keys. */
    static final String OVERDUE = "overdue";

    /** How many of those there are. */
    static final String COUNT = "overdue-count";

    /** How many are said to be overdue in one checkpoint, and how many of them an incident names. */
    static final int MOST_FOR_EACH_CHECKPOINT = 1_000;

    private static final int MOST_NAMED = 5;
    private static final byte[] FIRST = {};
    private static final byte[] ONLY = {0};

    private final StagePlan plan;
    private final StateLayer state;
    private final Supplier<OptionalLong> unread;
    /** None is due before; null where there is none. */
    private @Nullable Instant nextAt;

    private boolean hadItsTurn;

    /** @param unread how many records of the input the broker has behind what was taken up, as far as that is known */
    Deadlines(StagePlan plan, StateLayer state, Supplier<OptionalLong> unread) {
        this.plan = plan;
        this.state = state;
        this.unread = unread;
        look();
    }

    private void look() {
        List<LocalStore.Entry> first = state.scan(PENDING, FIRST, null, 1);
        nextAt = first.isEmpty() ? null : dueAt(first.getFirst());
        if (plan.pipeline().flowDeadline() == null && (nextAt != null || count(state) > 0)) {
            // Given up by this version: there is nothing to wait for.
            nextAt = Instant.EPOCH;
        }
    }

    /** The flow is not whole in the checkpoint in which it began. */
    void begin(TrackingId flow, FlowRow.Builder row, StateLayer layer) {
        Duration within = plan.pipeline().flowDeadline();
        if (within == null || row.getBegunAtMs() == 0 || row.getResultNumber() > 0 || row.hasEmitter()) {
            clear(row);
            return;
        }
        Instant due = Instant.ofEpochMilli(row.getBegunAtMs()).plus(within);
        row.setDueMs(due.toEpochMilli());
        layer.put(PENDING, key(flow, row.getDueMs()), ONLY);
        Instant next = nextAt;
        if (next == null || due.isBefore(next)) {
            nextAt = due;
        }
    }

    /** It has its first result, or is somebody else's to watch. */
    void end(TrackingId flow, FlowRow.Builder row, StateLayer layer) {
        byte[] key = key(flow, row.getDueMs());
        if (row.getOverdue()) {
            layer.delete(OVERDUE, key);
            count(count(layer) - 1, layer);
        } else if (row.getDueMs() != 0) {
            layer.delete(PENDING, key);
        }
        clear(row);
    }

    private static void clear(FlowRow.Builder row) {
        row.clearBegunAtMs().clearDueMs().clearOverdue().clearAwaited();
    }

    /** When something may be due; null where nobody knows, or enough was said until the next checkpoint. */
    @Nullable
    Instant nextAt() {
        return hadItsTurn ? null : nextAt;
    }

    /** @param hasRead whether nothing of the input is here that was not taken up */
    boolean areDue(Instant now, long logTimeMs, boolean hasRead) {
        Instant next = nextAt();
        return next != null && !at(now, logTimeMs, hasRead).isBefore(next);
    }

    private Instant at(Instant now, long logTimeMs, boolean hasRead) {
        if (!(plan.feed() instanceof Feed.FlowChanges)
                || (hasRead && unread.get().orElse(1) == 0)) {
            return now;
        }
        Instant logTime = Instant.ofEpochMilli(logTimeMs);
        return logTime.isBefore(now) ? logTime : now;
    }

    /** Says what is due. */
    Effects fall(Instant now, long logTimeMs, boolean hasRead) {
        Effects effects = new Effects();
        hadItsTurn = true;
        boolean givenUp = plan.pipeline().flowDeadline() == null;
        Instant until = givenUp ? Instant.MAX : at(now, logTimeMs, hasRead);
        List<LocalStore.Entry> rows = new ArrayList<>(state.scan(PENDING, FIRST, null, MOST_FOR_EACH_CHECKPOINT));
        if (givenUp) {
            rows.addAll(state.scan(OVERDUE, FIRST, null, MOST_FOR_EACH_CHECKPOINT));
        }
        for (LocalStore.Entry entry : rows) {
            if (dueAt(entry).isAfter(until)) {
                break;
            }
            TrackingId flow = flow(entry);
            FlowRow row = Rows.flow(state, flow, PartPath.ROOT);
            if (row == null) {
                throw TaskHaltedException.stateDamaged("flow %s has a deadline, but it has no row".formatted(flow));
            }
            FlowRow.Builder changed = row.toBuilder();
            if (givenUp) {
                end(flow, changed, state);
            } else {
                effects.fact(Outcomes.overdue(flow, overdue(row), now));
                state.delete(PENDING, entry.key());
                state.put(OVERDUE, entry.key(), ONLY);
                count(count(state) + 1, state);
                changed.setOverdue(true);
            }
            Rows.put(state, flow, PartPath.ROOT, changed.build());
        }
        look();
        return effects;
    }

    /** The next may be said. */
    void committed() {
        hadItsTurn = false;
    }

    /** What people should know of the committed state; null where no flow is overdue. */
    @Nullable
    Late late() {
        long count = read(state.getCommitted(COUNT, ONLY));
        if (count == 0) {
            return null;
        }
        List<FlowRow> rows = new ArrayList<>();
        List<TrackingId> flows = new ArrayList<>();
        for (LocalStore.Entry entry : state.scanCommitted(OVERDUE, FIRST, MOST_NAMED)) {
            FlowRow row = Rows.committedFlow(state, flow(entry));
            if (row != null) {
                flows.add(flow(entry));
                rows.add(row);
            }
        }
        return rows.isEmpty() ? null : new Late(count, flows, rows);
    }

    /**
     * Flows of a task that are overdue.
     *
     * @param count of all
     * @param flows the first of them
     * @param rows theirs
     */
    record Late(long count, List<TrackingId> flows, List<FlowRow> rows) {

        /** Without what every incident has. */
        Incident.Builder incident(String pipeline) {
            return Incident.newBuilder()
                    .setKind(Incident.Kind.FLOW_OVERDUE)
                    .setCode("FLOW_OVERDUE")
                    .setTitle(
                            count == 1
                                    ? "A flow of pipeline %s is overdue".formatted(pipeline)
                                    : "%d flows of pipeline %s are overdue".formatted(count, pipeline))
                    .setDetail(text())
                    .setOverdueFlows(count);
        }

        /** It names the same flows and where they wait, and how many there are is about right. */
        boolean isToldBy(Incident open) {
            return count < 2 * open.getOverdueFlows()
                    && open.getOverdueFlows() < 2 * count
                    && open.getDetail().equals(text());
        }

        private String text() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < rows.size(); i++) {
                FlowRow row = rows.get(i);
                text.append(i == 0 ? "" : "; ")
                        .append("flow %s, begun at %s, due at %s, waits for %s"
                                .formatted(
                                        flows.get(i),
                                        Instant.ofEpochMilli(row.getBegunAtMs()),
                                        Instant.ofEpochMilli(row.getDueMs()),
                                        AwaitedRecords.text(row.getAwaitedList())));
            }
            return text.toString();
        }
    }

    private static Overdue overdue(FlowRow row) {
        return Overdue.newBuilder()
                .setBegunAtMs(row.getBegunAtMs())
                .setDueMs(row.getDueMs())
                .addAllAwaited(row.getAwaitedList())
                .build();
    }

    private static long count(StateLayer layer) {
        return read(layer.get(COUNT, ONLY));
    }

    private static void count(long count, StateLayer layer) {
        if (count == 0) {
            layer.delete(COUNT, ONLY);
        } else {
            layer.put(
                    COUNT, ONLY, ByteBuffer.allocate(Long.BYTES).putLong(count).array());
        }
    }

    private static long read(byte @Nullable [] count) {
        return count == null ? 0 : ByteBuffer.wrap(count).getLong();
    }

    private static byte[] key(TrackingId flow, long dueMs) {
        byte[] id = flow.toBytes();
        return ByteBuffer.allocate(Long.BYTES + id.length)
                .putLong(dueMs)
                .put(id)
                .array();
    }

    private static Instant dueAt(LocalStore.Entry row) {
        return Instant.ofEpochMilli(ByteBuffer.wrap(row.key()).getLong());
    }

    private static TrackingId flow(LocalStore.Entry row) {
        return TrackingId.of(ByteString.copyFrom(row.key(), Long.BYTES, row.key().length - Long.BYTES));
    }
}
