package io.waybill.store;

/** A local store that cannot be opened, read or written. Its content can be restored from the changelog. */
public final class LocalStoreException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public LocalStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
