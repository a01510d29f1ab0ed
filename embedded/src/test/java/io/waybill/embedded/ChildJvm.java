package io.waybill.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts a class of the tests in a process of its own, so that it can die. */
final class ChildJvm {

    private ChildJvm() {}

    static Process start(Class<?> main, Path output, List<String> arguments) throws IOException {
        return start(main, output, arguments, Map.of());
    }

    /** @param environment variables that differ from ours */
    static Process start(Class<?> main, Path output, List<String> arguments, Map<String, String> environment)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
