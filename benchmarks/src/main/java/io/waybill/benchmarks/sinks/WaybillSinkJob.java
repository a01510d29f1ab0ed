package io.waybill.benchmarks.sinks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.benchmarks.contest.WaybillThreads;
import io.waybill.pipeline.Bytes;
import io.waybill.pipeline.Flow;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.StagedSink;
import io.waybill.sinks.files.FileSink;
import io.waybill.sinks.jdbc.JdbcTarget;
import io.waybill.sinks.postgres.PostgresSink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.sql.DataSource;

/** Each row exactly once, by one of Waybill's sinks with default settings. Says how long its checkpoints took when it ends. */
final class WaybillSinkJob {

    private static final int KEY_AT = 6;
    private static final int KEY_TO = 10;

    private WaybillSinkJob() {}

    public static void main(String[] arguments) throws Exception {
        SinkJob job = SinkJob.of(arguments);
        CheckpointTimes times = new CheckpointTimes();
        try (HikariDataSource database = database(job.jdbcUrl())) {
            WaybillThreads.run(
                    job.bootstrapServers(),
                    job.state(),
                    WaybillThreads.prefixOf(job.group()),
                    pipeline(WaybillThreads.pipelineOf(job.group()), job, database),
                    times);
        }
        System.out.println(times.told());
    }

    private static HikariDataSource database(String url) {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(url);
        pool.setUsername("waybill");
        pool.setPassword("waybill");
        return new HikariDataSource(pool);
    }

    private static Pipeline pipeline(String name, SinkJob job, DataSource database) {
        Flow<byte[]> rows = Pipeline.named(name)
                .from(KafkaSource.topic(SinkJob.INPUT).value(Bytes.serde()))
                .withoutDeduplication();
        Flow<byte[]> written = switch (job.contender()) {
            case TWO_PHASE_ROWS ->
                rows.to(
                        "target",
                        PostgresSink.<byte[]>into(
                                database,
                                SinkJob.INSERT,
                                (row, values) ->
                                        values.add(SinkRows.numberIn(row)).add(text(row))));
            case STAGED_ROWS ->
                rows.to(
                        "target",
                        StagedSink.value(Bytes.serde())
                                .key(row -> Arrays.copyOfRange(row, KEY_AT, KEY_TO), Bytes.serde())
                                .into(JdbcTarget.of(
                                        database,
                                        SinkJob.INSERT,
                                        (row, values) -> values.add(SinkRows.numberIn(row))
                                                .add(text(row)))));
            case TWO_PHASE_FILES -> rows.to("target", FileSink.into(job.folder(), (byte[] row) -> row));
            case TOPIC, JDBC_BATCH, FILE_WRITER ->
                rows.to("target", KafkaSink.topic(SinkJob.OUTPUT).value(Bytes.serde()));
        };
        return written.build();
    }

    private static String text(byte[] row) {
        return new String(row, StandardCharsets.US_ASCII);
    }
}
