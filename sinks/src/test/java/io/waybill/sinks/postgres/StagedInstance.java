package io.waybill.sinks.postgres;

import io.waybill.engine.Probe;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.StagedSink;
import io.waybill.pipeline.Text;
import io.waybill.sinks.jdbc.JdbcTarget;
import javax.sql.DataSource;

/** Stages a topic for the ledger; ends itself at a point. */
final class StagedInstance {

    private StagedInstance() {}

    public static void main(String[] arguments) throws InterruptedException {
        KilledInstance.run(arguments, StagedInstance::pipeline, killer(KilledInstance.end(arguments)));
    }

    private static Pipeline pipeline(String prefix, DataSource database) {
        return Pipeline.named("books")
                .onFailure(FailurePolicy.deadLetter())
                .from(KafkaSource.topic(prefix + ".in").value(Text.serde()))
                .withoutDeduplication()
                .to(
                        "ledger",
                        StagedSink.value(Text.serde())
                                .key(entry -> entry.substring(0, entry.indexOf('/')), Text.serde())
                                .into(JdbcTarget.of(
                                        database,
                                        "INSERT INTO ledger (entry) VALUES (?)",
                                        (entry, values) -> values.add(entry))))
                .build();
    }

    private static Probe killer(String end) {
        return (point, subject) -> {
            if (point.name().equals(end)) {
                KilledInstance.halt();
            }
        };
    }
}
