package io.waybill.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The file in which a Postgres server says that it runs. kill -9 of the application leaves the server running, with the
 * port and the settings it had; where both died, the file stays, and if its process id was given out again Postgres
 * would not start. The folder's lock is held when this looks, so whatever it finds belongs to nobody any more.
 */
final class PostmasterPid {

    private static final Duration STOP_IN_ORDER = Duration.ofSeconds(20);
    private static final Duration STOP_BY_FORCE = Duration.ofSeconds(5);

    private PostmasterPid() {}

    /** Stops the server that still runs on this folder; removes the file of one that is dead. */
    static void clear(Path cluster) throws IOException, InterruptedException {
        Optional<ProcessHandle> server = running(cluster);
        if (server.isPresent()) {
            stop(cluster, server.get());
        }
        Files.deleteIfExists(file(cluster));
    }

    /** The server that runs on this folder, whoever started it. */
    static Optional<ProcessHandle> running(Path cluster) throws IOException {
        try {
            List<String> lines = Files.readAllLines(file(cluster));
            return lines.isEmpty()
                    ? Optional.empty()
                    : ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                            .filter(ProcessHandle::isAlive)
                            .filter(process -> isServerOf(cluster, process));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /** Process ids are given out again: the command line tells. */
    private static boolean isServerOf(Path cluster, ProcessHandle process) {
        String commandLine = process.info().commandLine().orElse("");
        return commandLine.contains("postgres") && commandLine.contains(cluster.toString());
    }

    private static void stop(Path cluster, ProcessHandle server) throws IOException, InterruptedException {
        // Java sends SIGTERM at most, at which Postgres waits for its clients; SIGINT ends them and flushes.
        new ProcessBuilder("sh", "-c", "kill -INT \"$0\"", Long.toString(server.pid()))
                .start()
                .waitFor();
        if (!hasEnded(server, STOP_IN_ORDER)) {
            server.destroyForcibly();
            if (!hasEnded(server, STOP_BY_FORCE)) {
                throw EmbeddedServerException.postgresHeld(cluster, server.pid());
            }
        }
    }

    static boolean hasEnded(ProcessHandle process, Duration patience) throws InterruptedException {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillRunning) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Path file(Path cluster) {
        return cluster.resolve("postmaster.pid");
    }
}
