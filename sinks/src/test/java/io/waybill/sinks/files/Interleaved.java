package io.waybill.sinks.files;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Another process that begins at a step of the first, stops at a step of its own, and goes on when the first is done. One
 * of the two runs at any time.
 */
final class Interleaved implements Runnable, AutoCloseable {

    private final Runnable work;
    private final Semaphore turn = new Semaphore(0);
    private final Semaphore back = new Semaphore(0);
    private @Nullable Thread thread;
    private volatile @Nullable Throwable failure;
    private volatile boolean done;
    private int left;

    Interleaved(Runnable work, int stop) {
        this.work = work;
        this.left = stop;
    }

    /** At each step of either; begins with the first call. */
    @Override
    public void run() {
        if (thread == null) {
            thread = Thread.ofPlatform().unstarted(() -> {
                try {
                    work.run();
                } catch (Throwable failed) {
                    failure = failed;
                }
                done = true;
                back.release();
            });
            thread.start();
            back.acquireUninterruptibly();
        } else if (Thread.currentThread().equals(thread) && --left == 0) {
            back.release();
            turn.acquireUninterruptibly();
        }
    }

    boolean isInTheMiddle() {
        return thread != null && !done;
    }

    @Override
    public void close() throws InterruptedException {
        turn.release();
        if (thread != null) {
            thread.join();
        }
        if (failure != null) {
            throw new AssertionError(failure.getMessage(), failure);
        }
    }
}
