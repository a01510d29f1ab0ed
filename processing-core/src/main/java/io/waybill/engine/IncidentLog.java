package io.waybill.engine;

import io.waybill.format.LogFormats;
import io.waybill.format.TrackingId;
import io.waybill.format.UnreadableLogException;
import io.waybill.format.v1.Incident;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.store.LocalStores.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and closes incidents on the log, outside checkpoints, by a writer of its own: a fenced thread must still be
 * able to speak. At most one incident is open for one cause; it knows those that earlier owners opened. One thread.
 */
final class IncidentLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IncidentLog.class);
    private static final Duration STEP = Duration.ofMillis(100);

    private final PipelinePlan plan;
    private final Ports ports;
    private final LogWriter writer;
    private final LogReader reader;
    private final TopicPartition topic;
    private final Map<String, Incident> openByCause = new HashMap<>();
    private final Queue<Incident> unwritten = new ConcurrentLinkedQueue<>();

    IncidentLog(PipelinePlan plan, Ports ports) {
        this.plan = plan;
        this.ports = ports;
        this.topic = new TopicPartition(plan.topics().incidents(), 0);
        this.writer = ports.log().writer();
        this.reader = ports.log().reader();
        try {
            reader.assign(List.of(topic));
            reader.seek(topic, reader.beginningOffsets(Set.of(topic)).getOrDefault(topic, 0L));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Catches up with what other owners opened and closed. */
    void refresh() {
        long end = reader.highWatermarks(Set.of(topic)).getOrDefault(topic, 0L);
        while (reader.position(topic) < end && !ports.stop().requested()) {
            reader.poll(STEP).forEach(this::read);
        }
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
        if (incident.getOpen()) {
            openByCause.put(incident.getCause(), incident);
        } else {
            openByCause.remove(incident.getCause(), openOf(incident));
        }
    }

    private @Nullable Incident openOf(Incident closed) {
        Incident open = openByCause.get(closed.getCause());
        return open != null && open.getId().equals(closed.getId()) ? open : null;
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

    void halted(TaskId task, TaskHaltedException reason) {
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

    /** The task could be taken over: what had halted it is gone. */
    void runs(TaskId task) {
        close(haltedCause(task), "waybill");
    }

    void resumed(TaskId task, String by) {
        close(stoppedCause(task), by);
        close(haltedCause(task), by);
    }

    void threadFails(String thread, Throwable error) {
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

    /** The incident that is open for this task, if it has that id. */
    boolean concerns(TaskId task, String incidentId) {
        return isOpen(stoppedCause(task), incidentId) || isOpen(haltedCause(task), incidentId);
    }

    private boolean isOpen(String cause, String id) {
        Incident incident = openByCause.get(cause);
        return incident != null && incident.getId().equals(id);
    }

    private void open(@Nullable TaskId task, String cause, Incident.Builder incident, @Nullable TrackingId flow) {
        if (openByCause.containsKey(cause)) {
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
        openByCause.put(cause, opened);
        LOG.warn("incident {} opened: {}: {}", opened.getId(), opened.getTitle(), opened.getDetail());
        write(opened);
    }

    private void close(String cause, String by) {
        Incident open = openByCause.remove(cause);
        if (open == null) {
            return;
        }
        LOG.info("incident {} closed by {}: {}", open.getId(), by, open.getTitle());
        write(open.toBuilder()
                .setOpen(false)
                .setClosedAtMs(ports.clock().instant().toEpochMilli())
                .setClosedBy(by)
                .build());
    }

    private void write(Incident incident) {
        var unused = writer.send(new ProducerRecord<>(
                        topic.topic(),
                        topic.partition(),
                        incident.getId().getBytes(StandardCharsets.UTF_8),
                        LogFormats.encode(incident)))
                .whenComplete((done, error) -> {
                    if (error != null) {
                        LOG.error("incident {} is written again: {}", incident.getId(), error.toString());
                        unwritten.add(incident);
                    }
                });
    }

    /** Writes again what the broker did not take (I7). */
    void writeUnwritten() {
        for (Incident incident = unwritten.poll(); incident != null; incident = unwritten.poll()) {
            write(incident);
        }
    }

    private String threadCause(String thread) {
        return "thread:" + plan.pipeline().name() + "/" + thread;
    }

    private static String stoppedCause(TaskId task) {
        return "stopped:" + task;
    }

    private static String haltedCause(TaskId task) {
        return "halted:" + task;
    }

    @Override
    public void close() {
        reader.close();
        writer.close();
    }
}
