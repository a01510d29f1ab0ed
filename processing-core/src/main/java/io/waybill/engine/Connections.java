package io.waybill.engine;

import io.waybill.log.GroupReader;
import io.waybill.log.LogReader;
import io.waybill.log.TransactionalWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What one life holds open besides its tasks, from the first to the last. It ends with them.
 *
 * @param side reads what people order
 * @param alarm ends the polls of the group's reader
 * @param restorer reads one changelog after another
 * @param inOrder the order in which they were opened
 */
record Connections(
        Lifecycle lifecycle,
        IncidentLog incidents,
        OwnerNotes notes,
        SideReader side,
        LogReader restorer,
        TransactionalWriter writer,
        GroupReader group,
        Alarm alarm,
        SinkDesk desk,
        List<AutoCloseable> inOrder)
        implements AutoCloseable {

    /**
     * Joins the group last, but for what needs its member.
     *
     * @param lifecycle is closed with the others, also where one of them cannot be opened
     * @param notesOf names the notes this life writes
     */
    static Connections open(
            PipelinePlan plan,
            EngineOptions options,
            Ports ports,
            LifeName life,
            UUID notesOf,
            Lifecycle lifecycle,
            GroupReader.RebalanceListener listener) {
        List<AutoCloseable> open = new ArrayList<>(List.of(lifecycle));
        try {
            IncidentLog incidents = added(open, new IncidentLog(plan, ports));
            OwnerNotes notes = added(open, new OwnerNotes(plan, options, ports, notesOf));
            SideReader side =
                    added(open, new SideReader(plan, added(open, ports.log().reader())));
            LogReader restorer = added(open, ports.log().reader());
            TransactionalWriter writer =
                    added(open, ports.log().transactionalWriter(life.transactionalId(), options.transactionTimeout()));
            writer.initTransactions();
            GroupReader group = added(open, ports.log().joinGroup(plan.group(), plan.inputs(), listener));
            SinkDesk desk = added(open, new SinkDesk(plan, options, ports, life.id(), group, incidents));
            return new Connections(
                    lifecycle,
                    incidents,
                    notes,
                    side,
                    restorer,
                    writer,
                    group,
                    new Alarm(group),
                    desk,
                    List.copyOf(open));
        } catch (Throwable e) {
            Closing.all(open.reversed());
            throw e;
        }
    }

    private static <C extends AutoCloseable> C added(List<AutoCloseable> open, C connection) {
        open.add(connection);
        return connection;
    }

    @Override
    public void close() {
        Closing.all(inOrder.reversed());
    }
}
