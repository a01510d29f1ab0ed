package io.waybill.store.rocksdb;

import io.waybill.store.LocalStoreException;
import io.waybill.store.LocalStores.TaskId;
import java.io.IOException;

/** The one place that says what failures of RocksDB and of files mean: the store is unusable, its changelog is not. */
final class StoreFailures {

    private StoreFailures() {}

    static LocalStoreException opening(TaskId task, Exception cause) {
        return failed("LOCAL_STORE_NOT_OPENED", "open", task, cause);
    }

    static LocalStoreException reading(TaskId task, Exception cause) {
        return failed("LOCAL_STORE_UNREADABLE", "read", task, cause);
    }

    static LocalStoreException unreadablePosition(TaskId task, int bytes) {
        return failed(
                "LOCAL_STORE_UNREADABLE",
                "read",
                task,
                new IOException("expected a position of %d bytes, but it has %d".formatted(Positions.BYTES, bytes)));
    }

    static LocalStoreException writing(TaskId task, Exception cause) {
        return failed("LOCAL_STORE_NOT_WRITTEN", "write", task, cause);
    }

    static LocalStoreException wiping(TaskId task, Exception cause) {
        return failed("LOCAL_STORE_NOT_WIPED", "remove", task, cause);
    }

    private static LocalStoreException failed(String code, String verb, TaskId task, Exception cause) {
        return new LocalStoreException(
                "%s: expected to %s the local store of task %s, but %s".formatted(code, verb, task, cause.getMessage()),
                cause);
    }
}
