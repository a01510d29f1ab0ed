package io.waybill.benchmarks.w;

import io.waybill.benchmarks.contest.WaybillThreads;
import java.nio.file.Path;

/**
 * What a system under test is told, as the arguments of its JVM.
 *
 * @param group whose committed offsets on the input tell how far it is
 * @param folder for its local state
 * @param counts whether it counts per key; without, its output is its input
 */
record Job(String bootstrapServers, String input, String output, String group, Path folder, boolean counts) {

    static final int THREADS = WaybillThreads.THREADS;
    static final int COMMIT_INTERVAL_MS = 100;
    static final String ID_HEADER = "Message-Id";

    static Job of(String[] arguments) {
        return new Job(
                arguments[0],
                arguments[1],
                arguments[2],
                arguments[3],
                Path.of(arguments[4]),
                Boolean.parseBoolean(arguments[5]));
    }

    String[] arguments() {
        return new String[] {bootstrapServers, input, output, group, folder.toString(), Boolean.toString(counts)};
    }
}
