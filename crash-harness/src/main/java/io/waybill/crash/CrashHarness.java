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

    /** @param arguments seed, number of faults, folder, and which system: {@code WAYBILL} where it is left out */
    public static void main(String[] arguments) throws Exception {
        long seed = Long.parseLong(arguments[0]);
        int faults = Integer.parseInt(arguments[1]);
        Path folder = Path.of(arguments[2]).toAbsolutePath();
        Judged judged = arguments.length > 3 ? Judged.valueOf(arguments[3]) : Judged.WAYBILL;
        delete(folder);
        Verdict verdict = judged == Judged.WAYBILL
                ? new CrashRun(seed, faults, folder).run()
                : new PeerRun(judged, seed, faults, folder).run();
        System.out.println(verdict.report().text());
        System.out.println(verdict.violations());
        System.exit(verdict.violations().isEmpty() ? 0 : 1);
    }

    /** What came of a run. */
    record Verdict(Report report, Violations violations) {}

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
