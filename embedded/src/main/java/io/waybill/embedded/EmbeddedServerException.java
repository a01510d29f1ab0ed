package io.waybill.embedded;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An embedded server that cannot run. Its message says what was expected, what was found and what to do. */
public final class EmbeddedServerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final String problem;
    private final String remedy;

    private EmbeddedServerException(String code, String problem, String remedy, @Nullable Throwable cause) {
        super(code + ": " + problem + ": " + remedy + ".", cause);
        this.code = code;
        this.problem = problem;
        this.remedy = remedy;
    }

    static EmbeddedServerException portTaken(String server, int port, String property) {
        return new EmbeddedServerException(
                "EMBEDDED_PORT_TAKEN",
                "expected port %d on 127.0.0.1 to be free for %s, but another process listens on it"
                        .formatted(port, server),
                "stop that process, or set %s to a free port".formatted(property),
                null);
    }

    static EmbeddedServerException folderInUse(Path folder, String owner) {
        return new EmbeddedServerException(
                "EMBEDDED_FOLDER_IN_USE",
                "expected the data folder %s to be unused, but %s is using it"
                        .formatted(folder.toAbsolutePath().normalize(), owner),
                "stop it, or set %s to another folder".formatted(EmbeddedProperties.DATA_FOLDER),
                null);
    }

    static EmbeddedServerException folderUnusable(Path folder, Throwable cause) {
        return new EmbeddedServerException(
                "EMBEDDED_FOLDER_UNUSABLE",
                "expected to create and write the data folder %s, but got %s"
                        .formatted(folder.toAbsolutePath().normalize(), cause),
                "give this user access to it, or set %s to another folder".formatted(EmbeddedProperties.DATA_FOLDER),
                cause);
    }

    static EmbeddedServerException userNamespacesForbidden() {
        return new EmbeddedServerException(
                "EMBEDDED_POSTGRES_AS_ROOT",
                "expected to start Postgres, but it refuses to run as root and this machine forbids user namespaces",
                "run as an ordinary user, allow user namespaces (command: unshare -U id), or set"
                        + " waybill.embedded.enabled to false and use a Postgres of your own",
                null);
    }

    static EmbeddedServerException postgresHeld(Path folder, long pid) {
        return new EmbeddedServerException(
                "EMBEDDED_POSTGRES_HELD",
                "expected the Postgres left in %s to end, but process %d still runs".formatted(folder, pid),
                "stop that process and start again",
                null);
    }

    static EmbeddedServerException failed(String server, Path folder, Throwable cause) {
        return new EmbeddedServerException(
                "EMBEDDED_START_FAILED",
                "expected %s to start on the folder %s, but got %s".formatted(server, folder, cause),
                "look at the server's own messages above",
                cause);
    }

    /** Stable; names the runbook page. */
    public String code() {
        return code;
    }

    /** What was expected and what was found. */
    public String problem() {
        return problem;
    }

    /** What a person can do about it. */
    public String remedy() {
        return remedy;
    }
}
