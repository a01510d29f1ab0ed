package io.waybill.tracking.query;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries.ResultView;
import io.waybill.tracking.FlowResults;
import io.waybill.tracking.ResultsBusyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Looks for the results of all flows that somebody waits for, in few statements, as long as somebody does. It is the
 * database that is asked, not the log: any process of the application may be the one that projects.
 */
public final class JdbcFlowResults implements FlowResults, SmartLifecycle, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcFlowResults.class);
    private static final Duration PACE = Duration.ofMillis(200);
    private static final int IN_ONE_STATEMENT = 1_000;
    /** Before the web server waits for its requests: those that wait here are let go first. */
    private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 512;

    private final JdbcClient jdbc;
    private final int most;
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("waybill-results").factory());

    private volatile boolean running;

    /** @param most 1 or more, how many may wait at a time */
    public JdbcFlowResults(JdbcClient jdbc, int most) {
        this.jdbc = jdbc;
        this.most = most;
        var unused = watch.scheduleWithFixedDelay(this::look, PACE.toMillis(), PACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private record Waiter(TrackingId flow, int after, CompletableFuture<List<ResultView>> future) {}

    @Override
    public CompletableFuture<List<ResultView>> next(TrackingId flow, int after) {
        CompletableFuture<List<ResultView>> future = new CompletableFuture<>();
        if (waiters.size() >= most) {
            future.completeExceptionally(ResultsBusyException.of(most));
            return future;
        }
        Waiter waiter = new Waiter(flow, after, future);
        waiters.add(waiter);
        var unused = future.whenComplete((results, error) -> waiters.remove(waiter));
        if (watch.isShutdown()) {
            future.cancel(false);
        }
        return future;
    }

    private void look() {
        try {
            List<Waiter> all = List.copyOf(waiters);
            for (int from = 0; from < all.size(); from += IN_ONE_STATEMENT) {
                look(all.subList(from, Math.min(all.size(), from + IN_ONE_STATEMENT)));
            }
        } catch (RuntimeException away) {
            // Those who wait go on waiting: the database may be back before they give up.
            LOG.warn("results could not be looked for: {}", away.toString());
        }
    }

    private void look(List<Waiter> some) {
        Map<TrackingId, List<ResultView>> results = results(
                some.stream().map(waiter -> waiter.flow().value()).distinct().toList());
        for (Waiter waiter : some) {
            List<ResultView> news = new ArrayList<>(results.getOrDefault(waiter.flow(), List.of()));
            news.removeIf(result -> result.number() <= waiter.after());
            if (!news.isEmpty()) {
                // Whatever hangs on it must not keep this thread from the others.
                waiter.future().completeAsync(() -> List.copyOf(news), JdbcFlowResults::start);
            }
        }
    }

    private static void start(Runnable task) {
        Thread.ofVirtual().name("waybill-result").start(task);
    }

    private Map<TrackingId, List<ResultView>> results(Collection<UUID> flows) {
        return jdbc
                .sql("SELECT * FROM waybill.flow_result WHERE tracking_id IN (:ids) ORDER BY tracking_id, number")
                .param("ids", flows)
                .query((row, number) -> FlowRows.result(row))
                .list()
                .stream()
                .collect(groupingBy(FlowRows.ResultOf::flow, mapping(FlowRows.ResultOf::view, toList())));
    }

    /** How many wait now. */
    int waiting() {
        return waiters.size();
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public void close() {
        watch.shutdownNow();
        waiters.forEach(waiter -> waiter.future().cancel(false));
    }
}
