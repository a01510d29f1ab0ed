package io.waybill.crash.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Java process of the harness, small and on this class path. It is told things by lines on its standard input, and
 * tells by lines that begin with {@code @} on its standard output; everything it prints goes to its log. Safe for any
 * thread.
 */
public final class ChildJvm implements AutoCloseable {

    private static final Duration ORDERLY_END = Duration.ofSeconds(30);

    private final Process process;
    private final Path log;
    private final Writer commands;
    private final Map<String, Signal> signals = new ConcurrentHashMap<>();
    private final Thread reader;

    /**
     * What the process said last under a name. Times are {@link System#nanoTime()} of this process.
     *
     * @param firstAtNanos when it said anything under this name for the first time
     */
    public record Signal(String value, long firstAtNanos, long atNanos) {}

    private ChildJvm(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        this.reader =
                Thread.ofPlatform().daemon().name("log-of-" + process.pid()).start(this::read);
    }

    /** @param log appended to, so that one file tells the story of all restarts */
    public static ChildJvm start(Path log, int heapMegabytes, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            return new ChildJvm(
                    new ProcessBuilder(command).redirectErrorStream(true).start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                Writer copy = Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            copy.write("---- process " + process.pid() + "\n");
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith("@")) {
                    signal(line.substring(1));
                } else {
                    copy.write(line + "\n");
                    copy.flush();
                }
            }
        } catch (IOException ended) {
            // a killed process closes its pipe at any byte
        }
    }

    private void signal(String line) {
        int space = line.indexOf(' ');
        String name = space < 0 ? line : line.substring(0, space);
        String value = space < 0 ? "" : line.substring(space + 1);
        long now = System.nanoTime();
        signals.compute(name, (n, last) -> new Signal(value, last == null ? now : last.firstAtNanos(), now));
    }

    public @Nullable Signal signal(Enum<?> name) {
        return signals.get(name.name());
    }

    public boolean said(Enum<?> name) {
        return signals.containsKey(name.name());
    }

    /** Whether it said this within the time before now. */
    public boolean saidWithin(Enum<?> name, Duration time) {
        Signal signal = signals.get(name.name());
        return signal != null && System.nanoTime() - signal.atNanos() < time.toNanos();
    }

    /** A process that is gone hears nothing. */
    public void tell(String line) {
        synchronized (commands) {
            try {
                commands.write(line + "\n");
                commands.flush();
            } catch (IOException gone) {
                // its end is seen elsewhere
            }
        }
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** Of a process that has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    public Path log() {
        return log;
    }

    /** SIGKILL: nothing of the process can react. Returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** SIGSTOP: it stands still and does not know. */
    public void freeze() {
        send("STOP");
    }

    /** SIGCONT. */
    public void thaw() {
        send("CONT");
    }

    private void send(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        var unused = stop();
    }

    /**
     * SIGTERM; SIGKILL where it takes too long.
     *
     * @return false where it took too long
     */
    public boolean stop() {
        // Process.destroy() would close its standard input too, and a child that hears nothing any more halts.
        process.toHandle().destroy();
        try {
            boolean inTime = process.waitFor(ORDERLY_END.toMillis(), TimeUnit.MILLISECONDS);
            if (!inTime) {
                kill();
            }
            reader.join(Duration.ofSeconds(5));
            return inTime;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
