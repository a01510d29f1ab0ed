package io.waybill.engine;

import io.waybill.format.v1.Control.DecideInDoubt.Decision;
import io.waybill.format.v1.PreparedCheckpoint;
import io.waybill.log.GroupReader;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** All that one life has to do with two-phase sinks. Where the pipeline has none it opens and calls nothing. */
final class SinkDesk implements AutoCloseable {

    private final Sinks sinks;
    private final IncidentLog incidents;
    private final @Nullable Back back;

    /** What looks after prepared transactions. */
    private record Back(HandleBook book, Resolver resolver, Janitor janitor) {}

    SinkDesk(
            PipelinePlan plan,
            EngineOptions options,
            Ports ports,
            UUID life,
            GroupReader group,
            IncidentLog incidents) {
        this.sinks = new Sinks(plan);
        this.incidents = incidents;
        if (sinks.isEmpty()) {
            this.back = null;
        } else {
            HandleBook book = new HandleBook(plan, ports);
            Resolver resolver = new Resolver(plan, ports, group, book, incidents);
            Janitor janitor = new Janitor(sinks, life, options.transactionTimeout(), ports, book, resolver, incidents);
            this.back = new Back(book, resolver, janitor);
        }
    }

    boolean isEmpty() {
        return back == null;
    }

    /** Null where the stage has no such sink. */
    @Nullable
    SinkOpening opening(StagePlan stage, int partition) {
        List<SinkSeat> seats = sinks.of(stage);
        return back == null || seats.isEmpty()
                ? null
                : new SinkOpening(stage.task(partition), partition, seats, back.resolver(), incidents);
    }

    Sinks sinks() {
        return sinks;
    }

    /** Where an open transaction may hold back what an opening must read. */
    Set<TopicPartition> readByOpenings() {
        return back == null ? Set.of() : back.book().partitions();
    }

    /** Between two checkpoints: it may take a while. */
    void look() {
        if (back != null) {
            back.janitor().look();
        }
    }

    void order(String incidentId, Decision decision, String by) {
        if (back != null) {
            back.resolver().order(incidentId, decision, by);
        }
    }

    /** All its sinks have committed. */
    void resolved(@Nullable PreparedCheckpoint prepared) {
        if (back != null && prepared != null) {
            back.book().resolved(prepared);
        }
    }

    @Override
    public void close() {
        sinks.close();
        if (back != null) {
            back.book().close();
        }
    }
}
