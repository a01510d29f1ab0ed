package io.waybill.sinks.files;

import io.waybill.sink.Claim;
import io.waybill.sink.Handle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The folder of a file sink does not do what it must. Names the step and the file. Code {@code FILES_UNUSABLE}. */
public final class FilesUnusableException extends RuntimeException {

    public static final String CODE = "FILES_UNUSABLE";

    private static final long serialVersionUID = 1;

    private FilesUnusableException(String message) {
        super(CODE + ": " + message);
    }

    private FilesUnusableException(String message, IOException cause) {
        super(CODE + ": " + message, cause);
    }

    static FilesUnusableException of(String step, Path folder, IOException cause) {
        return new FilesUnusableException("expected to %s in %s, but %s".formatted(step, folder, cause), cause);
    }

    static FilesUnusableException noFolder(Path folder) {
        return new FilesUnusableException(
                "expected the folder %s, but there is none; it is never created, since it may be a mount that is away"
                        .formatted(folder));
    }

    static FilesUnusableException otherStore(Path staging, Path folder) {
        return new FilesUnusableException(
                "expected %s on the same file store as %s, but a file cannot be renamed from one to the other"
                        .formatted(staging, folder));
    }

    static FilesUnusableException formerOwner(Handle handle, Claim claim, long epoch) {
        return new FilesUnusableException("expected epoch %d of partition %d for %s, but it is %d now"
                .formatted(claim.epoch(), claim.partition(), handle.text(), epoch));
    }

    static FilesUnusableException tooLate(Handle handle, Duration budget) {
        return new FilesUnusableException(
                "expected to stage %s within %d ms, but it took longer".formatted(handle.text(), budget.toMillis()));
    }

    static FilesUnusableException commitBegan(Handle handle) {
        return new FilesUnusableException(
                "expected %s to be free to be aborted, but its commit has begun".formatted(handle.text()));
    }
}
