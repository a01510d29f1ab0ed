package io.waybill.benchmarks.restore;

import io.waybill.benchmarks.contest.WaybillThreads;
import io.waybill.engine.Probe;
import io.waybill.engine.RestoreProgress;
import io.waybill.pipeline.Bytes;
import io.waybill.pipeline.Context;
import io.waybill.pipeline.Deduplicate;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.KeyedProcess;
import io.waybill.pipeline.MapState;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Primitives;
import io.waybill.store.LocalStores.TaskId;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * The instance whose disk is lost: each message writes rows under its own key. Says what the restore of each task
 * read: {@code @partition records bytes milliseconds}.
 */
final class RestoreJob {

    static final String PREFIX = "bench";
    static final String PIPELINE = "restore";
    static final String INPUT = "restore-input";

    private RestoreJob() {}

    /** @param arguments bootstrap servers, state folder, rows of a message, bytes of a row */
    public static void main(String[] arguments) throws Exception {
        int rows = Integer.parseInt(arguments[2]);
        int bytes = Integer.parseInt(arguments[3]);
        WaybillThreads.run(arguments[0], Path.of(arguments[1]), PREFIX, pipeline(rows, bytes), new Teller());
    }

    private static Pipeline pipeline(int rows, int bytes) {
        return Pipeline.named(PIPELINE)
                .from(KafkaSource.topic(INPUT).value(Bytes.serde()))
                .deduplicate(Deduplicate.byMessageId().keyLocal())
                .keyedBySource(Bytes.serde())
                .process("keep", () -> new Keep(rows, bytes))
                .build();
    }

    /** Values that do not compress to nothing. */
    private static final class Keep extends KeyedProcess<byte[], byte[], byte[]> {

        private final MapState<Long, byte[]> kept = mapState("kept", Primitives.ofLong(), Bytes.serde());
        private final SplittableRandom random = new SplittableRandom();
        private final int rows;
        private final int bytes;

        Keep(int rows, int bytes) {
            this.rows = rows;
            this.bytes = bytes;
        }

        @Override
        public void process(byte[] value, Context<byte[], byte[]> ctx) {
            for (long row = 0; row < rows; row++) {
                byte[] content = new byte[bytes];
                for (int at = 0; at < bytes; at += 2) {
                    content[at] = (byte) random.nextInt();
                }
                kept.put(row, content);
            }
        }
    }

    /** Tells a line when a task has read a log to its end: the changelog, then the ids. */
    private static final class Teller implements Probe {

        @Override
        public void at(Point point, String subject) {}

        @Override
        public synchronized void restored(TaskId task, RestoreProgress progress) {
            if (progress.remaining() == 0) {
                System.out.printf(
                        "@%d %d %d %d%n",
                        task.partition(),
                        progress.records(),
                        progress.bytes(),
                        progress.time().toMillis());
            }
        }
    }
}
