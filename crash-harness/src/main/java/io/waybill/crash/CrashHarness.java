package io.waybill.crash;

import io.waybill.crash.oracle.Violations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Runs the harness outside the build. What a run leaves stays in its folder. */
public final class CrashHarness {

    private CrashHarness() {}

    /** @param arguments seed, number of faults, folder */
    public static void main(String[] arguments) throws Exception {
        long seed = Long.parseLong(arguments[0]);
        Path folder = Path.of(arguments[2]).toAbsolutePath();
        delete(folder);
        CrashRun run = new CrashRun(seed, Integer.parseInt(arguments[1]), folder);
        Violations violations = run.run();
        System.out.println(run.report().text());
        System.out.println(violations);
        System.exit(violations.isEmpty() ? 0 : 1);
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
