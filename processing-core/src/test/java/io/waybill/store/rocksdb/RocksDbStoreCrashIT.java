package io.waybill.store.rocksdb;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksDbStoreCrashIT {

    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    Path folder;

    @Test
    void afterACrashAllColumnsAndThePositionAreAtOnePoint() throws Exception {
        dieWriting();

        try (RocksDbStores stores = new RocksDbStores(DyingWriter.options(folder));
                LocalStore store = stores.open(DyingWriter.TASK)) {
            int reached = (int)
                    requireNonNull(store.positions().get(DyingWriter.CHANGELOG)).nextOffset();
            // Some were flushed, the last ones were not: otherwise this shows nothing.
            assertThat(reached).isBetween(1, DyingWriter.BATCHES - 1);
            for (String column : new String[] {"left", "right"}) {
                assertThat(store.scan(column, new byte[0], DyingWriter.BATCHES))
                        .as(column)
                        .hasSize(reached)
                        .last()
                        .satisfies(last -> assertThat(last.key()).isEqualTo(DyingWriter.key(reached - 1)));
            }
        }
    }

    private void dieWriting() throws Exception {
        Path output = folder.resolve("writer.log");
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DyingWriter.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(writer.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(writer.exitValue())
                    .as(() -> "the writer said: " + read(output))
                    .isEqualTo(DyingWriter.DEATH);
        } finally {
            writer.destroyForcibly().waitFor();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
