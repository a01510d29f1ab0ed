package io.waybill.store;

/** Opens the local stores of tasks. Safe for any thread; a store is for one thread. */
public interface LocalStores extends AutoCloseable {

    /**
     * Opens or creates the store of a task.
     *
     * @throws LocalStoreException where another thread holds it open, or it cannot be read
     */
    LocalStore open(TaskId task);

    /** Removes everything the store of a task holds; the task must be closed. */
    void wipe(TaskId task);

    @Override
    void close();

    /** One stage × one partition. */
    record TaskId(String pipeline, String stage, int partition) {

        @Override
        public String toString() {
            return pipeline + "/" + stage + "/" + partition;
        }
    }
}
