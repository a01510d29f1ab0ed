package io.waybill.store;

/**
 * One of the {@link LocalFiles} of a store. What was appended can be read at once. One thread. The methods throw
 * {@link LocalStoreException} where the disk fails.
 */
public interface LocalFile extends AutoCloseable {

    String name();

    /** In bytes. */
    long size();

    void append(byte[] bytes, int from, int length);

    /**
     * Fills the array.
     *
     * @throws LocalStoreException where the file ends before
     */
    void read(long position, byte[] into);

    /**
     * Begins to make the file durable, which may take as long as a disk takes: nobody waits. Nothing is appended from now
     * on. Files are sealed in the order in which it was asked for: one that is sealed says that all before it are. Where
     * one cannot be, none after it is, until the store is opened anew.
     */
    void seal();

    /**
     * From now on the file is there whole, whatever happens.
     *
     * @throws LocalStoreException where it is not sealed and never will be
     */
    boolean isSealed();

    /** One that is not sealed is gone. */
    @Override
    void close();
}
