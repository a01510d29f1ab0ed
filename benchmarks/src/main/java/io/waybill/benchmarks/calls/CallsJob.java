package io.waybill.benchmarks.calls;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a system under test is told, as the arguments of its JVM.
 *
 * @param group whose committed offsets on the input tell how far it is
 * @param folder for its local state
 */
record CallsJob(String bootstrapServers, String input, String output, String group, Path folder) {

    static final int PARTITIONS = 8;
    static final int IN_FLIGHT = 1_000;
    static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofMillis(10);

    static CallsJob of(String[] arguments) {
        return new CallsJob(arguments[0], arguments[1], arguments[2], arguments[3], Path.of(arguments[4]));
    }

    String[] arguments() {
        return new String[] {bootstrapServers, input, output, group, folder.toString()};
    }

    /** The other system. */
    static byte[] ask(byte[] value) throws InterruptedException {
        Thread.sleep(ANSWER);
        return value;
    }
}
