package io.waybill.sinks.postgres;

import io.waybill.engine.Probe;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Text;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/** Writes a topic to the ledger in two phases; ends itself at a point of a checkpoint with rows. */
final class LedgerInstance {

    private LedgerInstance() {}

    public static void main(String[] arguments) throws InterruptedException {
        KilledInstance.run(arguments, LedgerInstance::pipeline, killer(KilledInstance.end(arguments)));
    }

    private static Pipeline pipeline(String prefix, DataSource database) {
        return Pipeline.named("books")
                .onFailure(FailurePolicy.deadLetter())
                .from(KafkaSource.topic(prefix + ".in").value(Text.serde()))
                .withoutDeduplication()
                .to("ledger", LedgerDatabase.sink(database))
                .build();
    }

    private static Probe killer(String end) {
        AtomicBoolean hasRows = new AtomicBoolean();
        return (point, subject) -> {
            if (point == Probe.Point.PREPARED) {
                hasRows.set(true);
            }
            if (hasRows.get() && point.name().equals(end)) {
                KilledInstance.halt();
            }
        };
    }
}
