package io.waybill.deadletters.outbox;

import io.waybill.format.Topics;
import io.waybill.log.Log;
import io.waybill.log.LogWriter;
import io.waybill.pipeline.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes people's orders from Postgres to the log, on a thread of its own. Several instances share the work: each skips
 * what another holds. Kafka or Postgres away is tried again for ever, with a growing wait; an order that waits says why
 * in its detail.
 */
public final class ReplayOutbox implements SmartLifecycle {

    private static final Logger logger = LoggerFactory.getLogger(ReplayOutbox.class);

    private static final int BATCH = 20;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(250), 2, Duration.ofSeconds(10));

    private final Log log;
    private final OutboxRows rows;
    private final OutboxSender sender;
    private final TransactionTemplate transaction;
    private final Semaphore work = new Semaphore(0);

    private @Nullable Thread thread;
    private volatile boolean stopping;
    private int failures;
    private @Nullable String lastFailure;

    public ReplayOutbox(DataSource dataSource, Log log, Topics topics) {
        this.log = log;
        this.rows = new OutboxRows(JdbcClient.create(dataSource));
        this.sender = new OutboxSender(rows, log, topics);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    /** There may be an order. Safe for any thread; without it, orders are found within half a second. */
    public void wake() {
        work.release();
    }

    @Override
    public synchronized void start() {
        if (isRunning()) {
            return;
        }
        stopping = false;
        thread = Thread.ofPlatform().name("waybill-replay-outbox").start(this::run);
    }

    /** Ends after the batch at hand. One that hangs is interrupted; its orders go out again at the next start. */
    @Override
    public synchronized void stop() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        thread = null;
        stopping = true;
        wake();
        try {
            if (!running.join(PATIENCE)) {
                running.interrupt();
                running.join(PATIENCE);
            }
        } catch (InterruptedException e) {
            running.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null && thread.isAlive();
    }

    private void run() {
        LogWriter writer = null;
        try {
            while (!stopping) {
                Duration wait;
                try {
                    writer = writer == null ? log.writer() : writer;
                    wait = publish(writer) == BATCH ? Duration.ZERO : POLL;
                    recovered();
                } catch (RuntimeException e) {
                    wait = BACKOFF.delay(++failures);
                    failing(e);
                }
                awaitWork(wait);
            }
        } catch (InterruptedException e) {
            logger.warn("The replay outbox was interrupted; what it had not marked as sent goes out again");
        } finally {
            if (writer != null) {
                writer.close();
            }
        }
    }

    /**
     * Sends the orders that are due, in one transaction that holds them.
     *
     * @return how many it took up
     */
    int publish(LogWriter writer) throws InterruptedException {
        Batch batch = Objects.requireNonNull(transaction.execute(status -> {
            List<ClaimedOrder> orders = rows.claim(BATCH);
            try {
                return new Batch(orders.size(), orders.isEmpty() ? null : sender.send(orders, writer), null);
            } catch (InterruptedException e) {
                status.setRollbackOnly();
                return new Batch(0, null, e);
            }
        }));
        if (batch.interrupted() != null) {
            throw batch.interrupted();
        }
        if (batch.failure() != null && !batch.failure().equals(lastFailure)) {
            logger.warn("An order could not be sent: {}", batch.failure());
        }
        lastFailure = batch.orders() == 0 ? lastFailure : batch.failure();
        return batch.orders();
    }

    private void awaitWork(Duration wait) throws InterruptedException {
        if (work.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
            work.drainPermits();
        }
    }

    private void failing(RuntimeException e) {
        if (failures == 1) {
            logger.warn("The replay outbox fails; it tries again until it succeeds", e);
        }
    }

    private void recovered() {
        if (failures > 0) {
            logger.info("The replay outbox works again after {} failures", failures);
            failures = 0;
        }
    }

    private record Batch(
            int orders, @Nullable String failure, @Nullable InterruptedException interrupted) {}
}
