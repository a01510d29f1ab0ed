package io.waybill.store;

import java.util.List;

/**
 * Files of a local store beside its columns: each is written once, from its beginning to its end, and then read at any
 * place. They have no part in the store's batches. One thread.
 */
public interface LocalFiles {

    /**
     * A new file. Until it is {@linkplain LocalFile#isSealed sealed}, a crash or the end of the store takes it away.
     *
     * @throws LocalStoreException where there is one of this name
     */
    LocalFile create(String name);

    /** @throws LocalStoreException where no sealed file has this name */
    LocalFile open(String name);

    /** The sealed ones, in the order of their names. */
    List<String> names();

    /** Removes a sealed file; it must be closed. Its name is free at once. */
    void delete(String name);
}
