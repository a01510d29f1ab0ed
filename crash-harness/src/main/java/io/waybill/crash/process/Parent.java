package io.waybill.crash.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The harness as its children see it: lines in, signals out. A child whose harness is gone ends at once. */
public final class Parent {

    // Before logging may redirect it.
    private static final PrintStream OUT = System.out;

    /** How a process ends that the harness told to end. */
    public static final int HALTED = 77;

    private Parent() {}

    /** At once: nothing of the process can react. */
    public static void halt() {
        Runtime.getRuntime().halt(HALTED);
    }

    public static void tell(Enum<?> name, Object value) {
        synchronized (OUT) {
            OUT.println("@" + name.name() + " " + value);
            OUT.flush();
        }
    }

    public static void listen(Consumer<String> command) {
        Thread.ofPlatform().daemon().name("commands").start(() -> {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                String line;
                while ((line = lines.readLine()) != null) {
                    command.accept(line);
                }
            } catch (IOException gone) {
                // as at the end of the stream
            }
            Runtime.getRuntime().halt(1);
        });
    }
}
