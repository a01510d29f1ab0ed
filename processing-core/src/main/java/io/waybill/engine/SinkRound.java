package io.waybill.engine;

import com.google.protobuf.ByteString;
import io.waybill.format.v1.CheckpointId;
import io.waybill.format.v1.PreparedCheckpoint;
import io.waybill.format.v1.SinkHandle;
import io.waybill.sink.Claim;
import io.waybill.sink.Handle;
import io.waybill.sink.RowsRefusedException;
import io.waybill.sink.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one checkpoint has for the two-phase sinks: rows as records settle, prepared behind the offsets and before the
 * commit record, committed behind it and before anything else happens (R1).
 */
final class SinkRound {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** A sink that is restarted is back by then. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final Sinks sinks;
    private final CheckpointId id;
    private final Map<String, SortedMap<Integer, Task>> written = new LinkedHashMap<>();
    private final Map<String, List<Effects.SinkRow>> rows = new LinkedHashMap<>();
    private final Map<String, Handle> unresolved = new LinkedHashMap<>();
    private @Nullable PreparedCheckpoint record;
    private boolean touched;
    private int tries;
    private @Nullable Instant committedAt;
    private Instant nextTry = Instant.EPOCH;

    SinkRound(Sinks sinks, CheckpointId id) {
        this.sinks = sinks;
        this.id = id;
    }

    void write(Task task, List<Effects.SinkRow> more) {
        for (Effects.SinkRow row : more) {
            written.computeIfAbsent(row.sink(), sink -> new TreeMap<>()).put(task.partition(), task);
            rows.computeIfAbsent(row.sink(), sink -> new ArrayList<>()).add(row);
            sinks.named(row.sink()).write(task.partition(), row.row());
        }
    }

    /** No more rows: says in the tasks' markers what will stand in the fence rows. Null where there are none. */
    @Nullable
    PreparedCheckpoint close(String pipeline) {
        if (written.isEmpty()) {
            return null;
        }
        PreparedCheckpoint.Builder named =
                PreparedCheckpoint.newBuilder().setCheckpoint(id).setPipeline(pipeline);
        written.forEach((sink, tasks) -> {
            Handle handle = Handle.of(
                    sinks.named(sink).scope(), CheckpointIds.incarnation(id), id.getSequence(), tasks.keySet());
            unresolved.put(sink, handle);
            tasks.values()
                    .forEach(task ->
                            task.sinks().wrote(sink, task.inputPosition().getNextOffset()));
            named.addHandles(SinkHandle.newBuilder().setSink(sink).setHandle(ByteString.copyFromUtf8(handle.text())));
        });
        this.record = named.build();
        return record;
    }

    /** Past this only the record decides what becomes of it: a life that does not commit it must end (ADR 8). */
    boolean isTouched() {
        return touched;
    }

    /**
     * @throws SinkFailedException where one of them would not, or all took longer than the budget
     * @throws OutputRefusedException naming the records whose rows were refused
     */
    void prepare(Ports ports, Duration budget) {
        Instant begun = ports.clock().instant();
        unresolved.forEach((sink, handle) -> {
            Duration left = budget.minus(Duration.between(begun, ports.clock().instant()));
            touched = true;
            try {
                sinks.named(sink).prepare(handle, claims(sink), left.isNegative() ? Duration.ZERO : left);
            } catch (RowsRefusedException refused) {
                throw new OutputRefusedException(refusals(sink, refused));
            }
        });
        Duration took = Duration.between(begun, ports.clock().instant());
        if (touched && took.compareTo(budget) > 0) {
            throw SinkFailedException.tooLate(took, budget);
        }
    }

    private List<Refusals.Refusal> refusals(String sink, RowsRefusedException refused) {
        List<Effects.SinkRow> its = rows.getOrDefault(sink, List.of());
        if (refused.reasons().isEmpty() || refused.reasons().lastKey() >= its.size()) {
            throw SinkFailedException.of(sink, "refuse rows that it was given", refused);
        }
        List<Refusals.Refusal> refusals = new ArrayList<>();
        refused.reasons().forEach((place, reason) -> refusals.add(its.get(place).refused(reason)));
        return refusals;
    }

    private List<Claim> claims(String sink) {
        List<Claim> claims = new ArrayList<>();
        written.getOrDefault(sink, new TreeMap<>())
                .forEach((partition, task) -> claims.add(new Claim(
                        partition,
                        task.sinks().epoch(sink),
                        task.inputPosition().getNextOffset())));
        return claims;
    }

    /** Behind the commit record. True once every sink has committed; otherwise it is asked again, a little later. */
    boolean settle(Instant now, IncidentLog incidents) {
        if (unresolved.isEmpty()) {
            return true;
        }
        if (now.isBefore(nextTry)) {
            return false;
        }
        Instant since = committedAt == null ? now : committedAt;
        committedAt = since;
        for (Map.Entry<String, Handle> entry : List.copyOf(unresolved.entrySet())) {
            Handle handle = entry.getValue();
            switch (sinks.named(entry.getKey()).commit(handle)) {
                case Verdict.Committed committed -> done(entry.getKey(), handle, incidents);
                case Verdict.AlreadyCommitted already -> done(entry.getKey(), handle, incidents);
                case Verdict.RetryLater later -> waits(entry.getKey(), handle, later.reason(), now, incidents);
                case Verdict.Unknown unknown -> waits(entry.getKey(), handle, unknown.reason(), now, incidents);
                case Verdict.Rejected rejected ->
                    incidents.notCommitted(entry.getKey(), handle, since, "refused: " + rejected.reason());
            }
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries++, 6));
        nextTry = now.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
        return unresolved.isEmpty();
    }

    private void done(String sink, Handle handle, IncidentLog incidents) {
        unresolved.remove(sink);
        incidents.resolved(handle, "waybill");
    }

    private void waits(String sink, Handle handle, String reason, Instant now, IncidentLog incidents) {
        Instant since = committedAt;
        if (since != null && now.isAfter(since.plus(QUIET))) {
            incidents.notCommitted(sink, handle, since, reason);
        }
    }

    /** What the checkpoints topic says of it; null where there were no rows. */
    @Nullable
    PreparedCheckpoint record() {
        return record;
    }

    Instant nextTry() {
        return nextTry;
    }
}
