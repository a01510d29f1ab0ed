package io.waybill.dedup;

import io.waybill.store.LocalFile;

/** A file of ids is not as it was written. All are removed then, and the ids restored from their topic. */
final class DamagedRunException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private DamagedRunException(String message) {
        super(message);
    }

    static DamagedRunException in(LocalFile file, String what) {
        return new DamagedRunException("expected %s of file %s of message ids to be as it was written, but it is not"
                .formatted(what, file.name()));
    }
}
