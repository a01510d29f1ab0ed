package io.waybill.control;

import io.waybill.format.LogFormats;
import io.waybill.format.Topics;
import io.waybill.format.v1.Control;
import io.waybill.format.v1.PipelineOrder;
import io.waybill.log.Log;
import io.waybill.log.LogWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads orders and reports when somebody looks, so it owns no thread and is never behind; no database has a part in it.
 * One caller at a time.
 */
public final class LogPipelines implements Pipelines, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Log log;
    private final Topics topics;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final Board board;
    private @Nullable LogWriter writer;

    /** @param ids a new one for each order, unique for ever */
    public LogPipelines(Log log, Topics topics, InstantSource clock, Supplier<String> ids) {
        this.log = log;
        this.topics = topics;
        this.clock = clock;
        this.ids = ids;
        this.board = new Board(log, topics);
    }

    @Override
    public synchronized List<PipelineView> all() {
        board.refresh();
        return board.pipelines().stream().map(this::view).toList();
    }

    @Override
    public synchronized PipelineView get(String name) {
        board.refresh();
        if (!board.pipelines().contains(name)) {
            throw UnknownPipelineException.of(name);
        }
        return view(name);
    }

    @Override
    public synchronized Ordered order(String name, Wanted wanted, String by, String reason) {
        String why = ReasonMissingException.checked(reason);
        PipelineView now = get(name);
        if (now.wanted() == wanted) {
            return new Ordered(now, false);
        }
        PipelineView.Order standing = now.order();
        if (standing != null && !now.wanted().mayBecome(wanted)) {
            throw ForbiddenOrderException.of(name, wanted, standing);
        }
        write(PipelineOrder.newBuilder()
                .setId(ids.get())
                .setPipeline(name)
                .setWanted(wanted.onTheLog())
                .setRequestedBy(by)
                .setRequestedAtMs(clock.millis())
                .setReason(why)
                .build());
        return new Ordered(get(name), true);
    }

    /** The topic of orders forgets all but the last; what people ordered stays on the control topic. */
    private void write(PipelineOrder order) {
        Control kept = Control.newBuilder()
                .setId(order.getId())
                .setRequestedBy(order.getRequestedBy())
                .setRequestedAtMs(order.getRequestedAtMs())
                .setPipelineOrder(order)
                .build();
        LogWriter open = writer();
        CompletableFuture<?> standing = open.send(
                new ProducerRecord<>(topics.pipelines(), 0, utf8(order.getPipeline()), LogFormats.encode(order)));
        CompletableFuture<?> history =
                open.send(new ProducerRecord<>(topics.control(), 0, utf8(order.getId()), LogFormats.encode(kept)));
        try {
            CompletableFuture.allOf(standing, history).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw OrderNotWrittenException.of(topics.pipelines(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OrderNotWrittenException.of(topics.pipelines(), e);
        }
    }

    private LogWriter writer() {
        LogWriter open = writer;
        if (open == null) {
            open = log.writer();
            writer = open;
        }
        return open;
    }

    /** The members are asked for after the reports were read, and the ends of topics after both. */
    private PipelineView view(String name) {
        PipelineOrder order = board.order(name);
        Wanted wanted = order == null ? Wanted.RUNNING : Wanted.of(order.getWanted());
        Situation situation = new Situation(
                board.reports(name), log.admin().members(topics.group(name)), order == null ? "" : order.getId());
        Confirmation confirmation =
                new Confirmation(wanted, situation.orderId(), situation.members(), situation.reports());
        Actual actual = confirmation.judge(
                board::ends,
                () -> !log.admin()
                        .transactionsHolding(topics.group(name) + ".", Duration.ZERO, Set.of())
                        .isEmpty());
        return new PipelineView(
                name,
                wanted,
                actual,
                order == null ? null : shown(order),
                situation.threads(),
                situation.stages(),
                confirmation.missing());
    }

    private static PipelineView.Order shown(PipelineOrder order) {
        return new PipelineView.Order(
                order.getId(),
                Wanted.of(order.getWanted()),
                order.getRequestedBy(),
                Instant.ofEpochMilli(order.getRequestedAtMs()),
                order.getReason());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void close() {
        board.close();
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }
}
