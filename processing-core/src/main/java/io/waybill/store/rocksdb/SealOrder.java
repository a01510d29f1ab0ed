package io.waybill.store.rocksdb;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Files are sealed one after another, and where one cannot be, none behind it is: each says that all before it are there.
 * For any thread.
 */
final class SealOrder {

    private boolean ended;
    private @Nullable Throwable failure;

    interface Rename {

        void run() throws IOException;
    }

    /** @return false where nothing is sealed any more */
    synchronized boolean isOpen() {
        return !ended && failure == null;
    }

    /** @return whether it was renamed */
    synchronized boolean renamed(Rename rename) throws IOException {
        if (!isOpen()) {
            return false;
        }
        rename.run();
        return true;
    }

    synchronized void failed(Throwable reason) {
        failure = reason;
    }

    synchronized void end() {
        ended = true;
    }

    /** Why files are not sealed any more; null where they are. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }
}
