package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.Incident;
import io.waybill.sink.Handle;
import io.waybill.store.LocalStores.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and closes incidents on the log, outside checkpoints. It opens none for a cause of which it knows an open one,
 * its own or another owner's. One thread.
 */
final class IncidentLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IncidentLog.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final String NOT_COMMITTED = "not-committed:";
    private static final String IN_DOUBT = "in-doubt:";
    private static final String SINK_LEFT = "sink-left:";
    private static final String THREAD = "thread:";

    /** One that fails says so at each of its failures: more often than this, by far. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private final PipelinePlan plan;
    private final Ports ports;
    private final SharedTopic topic;
    /** More than one where two owners opened it at the same time. */
    private final Map<String, Map<String, Incident>> openByCause = new HashMap<>();

    /** When a failing thread was last heard of, by this owner's clock. */
    private final Map<String, Instant> heard = new HashMap<>();

    private final Map<String, Incident> unacknowledged = new ConcurrentHashMap<>();
    private final Queue<Incident> unwritten = new ConcurrentLinkedQueue<>();
    private CompletableFuture<?> lastWrite = CompletableFuture.completedFuture(true);

    IncidentLog(PipelinePlan plan, Ports ports) {
        this.plan = plan;
        this.ports = ports;
        this.topic = new SharedTopic(ports, plan.topics().incidents(), this::read);
    }

    /** Catches up with what other owners opened and closed. */
    void refresh() {
        topic.refresh();
    }

    /** Reads on, now and then and without waiting; true where it looked. */
    boolean look() {
        boolean looked = topic.look(LOOK);
        if (looked) {
            closeSilent();
        }
        return looked;
    }

    /** A thread whose process is gone for good cannot say that it fails no more. */
    private void closeSilent() {
        Instant silentSince = ports.clock().instant().minus(SILENCE);
        List.copyOf(heard.entrySet()).stream()
                .filter(thread -> thread.getValue().isBefore(silentSince))
                .forEach(thread -> close(thread.getKey(), "waybill"));
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        Incident incident;
        try {
            incident = LogFormats.decode(Incident.parser(), record.value(), record.topic() + "@" + record.offset());
        } catch (UnreadableLogException foreign) {
            // At worst an incident is opened a second time; that must not stop what works.
            LOG.error("an incident is passed over: {}", foreign.getMessage());
            return;
        }
        if (!incident.getPipeline().equals(plan.pipeline().name())) {
            return;
        }
        String cause = incident.getCause();
        if (!incident.getOpen()) {
            openOf(cause).remove(incident.getId());
            heard.remove(cause);
            return;
        }
        openOf(cause).put(incident.getId(), incident);
        if (cause.startsWith(THREAD)) {
            heard.put(cause, ports.clock().instant());
        }
    }

    /** Those that are open, by their ids. */
    Map<String, Incident> openOf(String cause) {
        return openByCause.computeIfAbsent(cause, c -> new LinkedHashMap<>());
    }

    void stopped(Task task, OperatorFailure failure, @Nullable FlowRecord record) {
        open(
                task.id(),
                stoppedCause(task.id()),
                Incident.newBuilder()
                        .setKind(Incident.Kind.TASK_STOPPED)
                        .setOperator(failure.operator())
                        .setCode(failure.code())
                        .setTitle("Task %s stopped".formatted(task.id()))
                        .setDetail("Operator '%s' failed and its policy says stop: %s: %s"
                                .formatted(failure.operator(), failure.code(), failure.message()))
                        .setRetryable(true),
                record == null ? null : record.flow());
    }

    /** It waits for a person now and for no sink, whatever a former owner still says of it. */
    void halted(TaskId task, TaskHaltedException reason) {
        unparked(task);
        applies(task);
        callsReturn(task);
        open(
                task,
                haltedCause(task),
                Incident.newBuilder()
                        .setKind(Incident.Kind.TASK_HALTED)
                        .setCode(reason.code().name())
                        .setTitle("Task %s halted".formatted(task))
                        .setDetail(String.valueOf(reason.getMessage()))
                        .setRetryable(true),
                null);
    }

    /** Whether somebody says that the task is halted, an owner of now or of before. */
    boolean isHalted(TaskId task) {
        return !openOf(haltedCause(task)).isEmpty();
    }

    /**
     * What only the store of another owner could know, and no person has answered yet (R9). Every other cause shows in
     * the log, in the sink or in the pipeline as well: whoever takes the task over finds it there, or finds it gone.
     *
     * @throws TaskHaltedException as that owner
     */
    void requireAnswered(TaskId task) {
        for (Incident halted : openOf(haltedCause(task)).values()) {
            if (halted.getCode().equals(TaskHaltedException.Code.STORE_AHEAD.name())) {
                throw TaskHaltedException.storeAhead(
                        "an earlier owner halted, and nobody has answered: " + halted.getDetail());
            }
        }
    }

    /** The task could be taken over: what had halted it is gone. */
    void runs(TaskId task) {
        close(haltedCause(task), "waybill");
    }

    void resumed(TaskId task, String by) {
        close(stoppedCause(task), by);
        close(haltedCause(task), by);
    }

    /**
     * The record is a dead letter that is not run again, unless a person orders it. Returns when the broker has
     * acknowledged it: otherwise its owner could end before that, once more.
     */
    void quarantined(TaskId task, TrackingId flow, String deadLetterId, int exits) {
        open(
                task,
                quarantinedCause(task, deadLetterId),
                Incident.newBuilder()
                        .setKind(Incident.Kind.QUARANTINED)
                        .setCode(OperatorFailure.QUARANTINED)
                        .setTitle("A record of task %s ended its process %d times".formatted(task, exits))
                        .setDetail("Dead letter %s: %d processes ended while they ran it. It was not run again"
                                .formatted(deadLetterId, exits)),
                flow);
        lastWrite.join();
    }

    /** Its dead letter is terminal. */
    void repaired(TaskId task, String deadLetterId) {
        close(quarantinedCause(task, deadLetterId), "waybill");
    }

    /** Closes what an owner that ended could not: incidents of dead letters that are terminal by now. */
    void repaired(TaskId task, Predicate<String> isOpen) {
        String prefix = quarantinedCause(task, "");
        List.copyOf(openByCause.keySet()).stream()
                .filter(cause -> cause.startsWith(prefix) && !isOpen.test(cause.substring(prefix.length())))
                .forEach(cause -> close(cause, "waybill"));
    }

    /** Says it again where it has been said: what failed last counts, and others hear that the thread is there. */
    void threadFails(String thread, Throwable error) {
        for (Incident open : openOf(threadCause(thread)).values()) {
            write(open.toBuilder().setDetail(error.toString()).build());
        }
        open(
                null,
                threadCause(thread),
                Incident.newBuilder()
                        .setKind(Incident.Kind.THREAD_FAILED)
                        .setCode("THREAD_FAILED")
                        .setTitle("Processing thread %s of pipeline %s fails again and again"
                                .formatted(thread, plan.pipeline().name()))
                        .setDetail(error.toString()),
                null);
    }

    void threadWorks(String thread) {
        close(threadCause(thread), "waybill");
    }

    /** The task waits for a two-phase sink, and goes on by itself. */
    void parked(TaskId task, String sink, Instant since, String why) {
        open(
                task,
                parkedCause(task),
                Incident.newBuilder()
                        .setKind(Incident.Kind.SINK_UNRESOLVED)
                        .setOperator(sink)
                        .setCode(SinkFailedException.CODE)
                        .setTitle("Task %s is parked".formatted(task))
                        .setDetail("It waits for sink '%s' since %s: %s".formatted(sink, since, why)),
                null);
    }

    void unparked(TaskId task) {
        close(parkedCause(task), "waybill");
    }

    /** Rows wait for the database of a staged sink, and are tried again and again. */
    void notApplied(TaskId task, String sink, Instant since, String why) {
        open(
                task,
                notAppliedCause(task),
                Incident.newBuilder()
                        .setKind(Incident.Kind.SINK_UNRESOLVED)
                        .setOperator(sink)
                        .setCode("SINK_NOT_APPLIED")
                        .setTitle("Sink '%s' takes no rows".formatted(sink))
                        .setDetail("Rows of task %s wait since %s and are tried again and again: %s"
                                .formatted(task, since, why)),
                null);
    }

    /** The database answers. */
    void applies(TaskId task) {
        close(notAppliedCause(task), "waybill");
    }

    /** All that an operator may have under way are calls that it gave up: until they return it makes none. */
    void callsStuck(TaskId task, CallDesk.Stuck stuck) {
        open(
                task,
                callsStuckCause(task),
                Incident.newBuilder()
                        .setKind(Incident.Kind.CALLS_STUCK)
                        .setOperator(stuck.operator())
                        .setCode("CALLS_STUCK")
                        .setTitle("Operator '%s' makes no calls".formatted(stuck.operator()))
                        .setDetail(
                                "%d calls of task %s were given up and interrupted, the last one at %s, and have not returned: expected the function to end when it is interrupted. Until one of them returns, what has to call waits."
                                        .formatted(stuck.calls(), task, stuck.since())),
                null);
    }

    /** Calls can be made. */
    void callsReturn(TaskId task) {
        close(callsStuckCause(task), "waybill");
    }

    /** The checkpoint is committed, and its sink has not followed yet. */
    void notCommitted(String sink, Handle handle, Instant since, String why) {
        open(
                null,
                notCommittedCause(handle.text()),
                Incident.newBuilder()
                        .setKind(Incident.Kind.SINK_UNRESOLVED)
                        .setOperator(sink)
                        .setCode("SINK_NOT_COMMITTED")
                        .setTitle("Sink '%s' does not commit".formatted(sink))
                        .setDetail("%s is committed on the log since %s, and is asked for again and again: %s"
                                .formatted(handle.describe(), since, why)),
                null);
    }

    /** Nobody may guess what becomes of it (R9): a person commits or rolls back. */
    void inDoubt(SinkSeat sink, Handle handle, String because) {
        open(
                null,
                IN_DOUBT + handle.text(),
                Incident.newBuilder()
                        .setKind(Incident.Kind.IN_DOUBT)
                        .setOperator(sink.name())
                        .setCode("PREPARED_IN_DOUBT")
                        .setTitle("Sink '%s' holds something whose fate nobody can know".formatted(sink.name()))
                        .setDetail(
                                "%s of stage '%s' is prepared. Expected the record to commit or to contradict it, but %s. Choices: commit, roll back."
                                        .formatted(
                                                handle.describe(), sink.stage().stage(), because)),
                null);
    }

    /** A version that does not declare the sink cannot see what it holds: neither whether it is prepared, nor commit it. */
    void sinkLeft(String sink, String handle, Instant since) {
        open(
                null,
                SINK_LEFT + handle,
                Incident.newBuilder()
                        .setKind(Incident.Kind.SINK_UNRESOLVED)
                        .setOperator(sink)
                        .setCode("SINK_LEFT")
                        .setTitle("Sink '%s' was given up with rows that may be prepared".formatted(sink))
                        .setDetail(
                                "%s is committed on the log since %s. Expected this version to declare sink '%s' and see to it, but it does not: run one that does until this closes."
                                        .formatted(handle, since, sink)),
                null);
    }

    /** What the open incident of this id is about; null where there is none. */
    @Nullable
    Handle inDoubt(String incidentId) {
        return openByCause.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(IN_DOUBT) && entry.getValue().containsKey(incidentId))
                .map(entry -> Handle.parse(entry.getKey().substring(IN_DOUBT.length())))
                .findFirst()
                .orElse(null);
    }

    /** Nothing is prepared under this handle any more. */
    void resolved(Handle handle, String by) {
        close(notCommittedCause(handle.text()), by);
        close(IN_DOUBT + handle.text(), by);
    }

    /**
     * Closes what others left open.
     *
     * @param prepared handles that are, or may be, prepared
     */
    void closeResolved(Set<String> prepared) {
        for (String cause : List.copyOf(openByCause.keySet())) {
            for (String kind : List.of(NOT_COMMITTED, IN_DOUBT, SINK_LEFT)) {
                if (cause.startsWith(kind) && !prepared.contains(cause.substring(kind.length()))) {
                    close(cause, "waybill");
                }
            }
        }
    }

    /** The incident that is open for this task, if it has that id. */
    boolean concerns(TaskId task, String incidentId) {
        return openOf(stoppedCause(task)).containsKey(incidentId)
                || openOf(haltedCause(task)).containsKey(incidentId);
    }

    /** Does nothing where one is open. */
    void open(@Nullable TaskId task, String cause, Incident.Builder incident, @Nullable TrackingId flow) {
        if (!openOf(cause).isEmpty()) {
            return;
        }
        Instant now = ports.clock().instant();
        if (flow != null) {
            incident.setTrackingId(flow.toByteString());
        }
        Incident opened = incident.setId(Incarnation.uuid(ports.random()).toString())
                .setOpen(true)
                .setPipeline(plan.pipeline().name())
                .setStage(task == null ? "" : task.stage())
                .setPartition(task == null ? -1 : task.partition())
                .setOpenedAtMs(now.toEpochMilli())
                .setCause(cause)
                .build();
        openOf(cause).put(opened.getId(), opened);
        LOG.warn("incident {} opened: {}: {}", opened.getId(), opened.getTitle(), opened.getDetail());
        write(opened);
    }

    void close(String cause, String by) {
        for (Incident open : openOf(cause).values()) {
            LOG.info("incident {} closed by {}: {}", open.getId(), by, open.getTitle());
            write(open.toBuilder()
                    .setOpen(false)
                    .setClosedAtMs(ports.clock().instant().toEpochMilli())
                    .setClosedBy(by)
                    .build());
        }
        openByCause.remove(cause);
        heard.remove(cause);
    }

    private void write(Incident incident) {
        unacknowledged.put(incident.getId(), incident);
        CompletableFuture<RecordMetadata> answer = topic.send(incident.getId(), LogFormats.encode(incident));
        lastWrite = answer;
        var unused = answer.whenComplete((done, error) -> {
            if (error == null) {
                unacknowledged.remove(incident.getId(), incident);
            } else if (incident.equals(unacknowledged.get(incident.getId()))) {
                // Only what it was last: written late, its opening would undo its closing.
                LOG.error("incident {} is written again: {}", incident.getId(), error.toString());
                unwritten.add(incident);
            }
        });
    }

    /** Writes again what the broker did not take (I7). */
    void writeUnwritten() {
        for (Incident incident = unwritten.poll(); incident != null; incident = unwritten.poll()) {
            if (incident.equals(unacknowledged.get(incident.getId()))) {
                write(incident);
            }
        }
    }

    private static String parkedCause(TaskId task) {
        return "parked:" + task;
    }

    private static String callsStuckCause(TaskId task) {
        return "calls-stuck:" + task;
    }

    private static String notAppliedCause(TaskId task) {
        return "not-applied:" + task;
    }

    private static String notCommittedCause(String handle) {
        return NOT_COMMITTED + handle;
    }

    private String threadCause(String thread) {
        return THREAD + plan.pipeline().name() + "/" + thread;
    }

    private static String stoppedCause(TaskId task) {
        return "stopped:" + task;
    }

    private static String quarantinedCause(TaskId task, String deadLetterId) {
        return "quarantined:" + task + "/" + deadLetterId;
    }

    private static String haltedCause(TaskId task) {
        return "halted:" + task;
    }

    @Override
    public void close() {
        topic.close();
    }
}
