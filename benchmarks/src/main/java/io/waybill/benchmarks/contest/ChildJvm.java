package io.waybill.benchmarks.contest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A class of this benchmark in a JVM of its own. It ends when its standard input does; closing waits for that. */
public final class ChildJvm implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final Class<?> main;
    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Class<?> main, Process process) {
        this.main = main;
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** @param log takes what it says on its standard error */
    public static ChildJvm start(Class<?> main, String heap, Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms" + heap,
                "-Xmx" + heap,
                "-XX:+UseParallelGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        String more = System.getProperty("benchmark.jvm." + main.getSimpleName(), "");
        if (!more.isEmpty()) {
            command.addAll(List.of(more.split(" ")));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        return new ChildJvm(main, builder.start());
    }

    /** The next line it says; it is an error if it ends instead. */
    public String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException(main.getSimpleName() + " ended before it answered: see its log");
        }
        return line;
    }

    public void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("%s ended with %d while it had work: see its log"
                    .formatted(main.getSimpleName(), process.exitValue()));
        }
    }

    public Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** The most memory it had resident, in MiB. */
    public long peakMiB() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
                }
            }
            return -1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the child: returns when the parent has closed our standard input, or died. */
    public static void awaitEnd() throws IOException {
        while (System.in.read() >= 0) {
            // Nobody writes; only the end counts.
        }
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
