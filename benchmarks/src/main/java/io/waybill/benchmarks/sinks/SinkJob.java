package io.waybill.benchmarks.sinks;

import io.waybill.benchmarks.contest.WaybillThreads;
import java.nio.file.Path;

/**
 * What a contender is told, as the arguments of its JVM.
 *
 * @param group the consumer group
 * @param jdbcUrl of the table's database
 * @param folder where files are written; its local state is beside it
 */
record SinkJob(SinkContender contender, String bootstrapServers, String group, String jdbcUrl, Path folder) {

    static final String INPUT = "sinks-input";
    static final String OUTPUT = "sinks-output";
    static final int PARTITIONS = 8;
    static final int THREADS = WaybillThreads.THREADS;
    static final int COMMIT_INTERVAL_MS = 100;
    static final String INSERT = "INSERT INTO target (number, payload) VALUES (?, ?)";

    static SinkJob of(String[] arguments) {
        return new SinkJob(
                SinkContender.of(arguments[0]), arguments[1], arguments[2], arguments[3], Path.of(arguments[4]));
    }

    String[] arguments() {
        return new String[] {contender.label(), bootstrapServers, group, jdbcUrl, folder.toString()};
    }

    /** Of local state. */
    Path state() {
        return folder.resolveSibling(folder.getFileName() + "-state");
    }
}
