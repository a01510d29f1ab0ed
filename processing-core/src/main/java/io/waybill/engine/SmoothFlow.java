package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.pipeline.KafkaSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A flow that began and ended in one checkpoint, as one record that passed or was filtered: three facts in one entry. */
record SmoothFlow(Fact.Arrived arrived, Fact.Settled settled, Fact.Succeeded ended) implements Saying {

    private static final int FIXED = 80;

    /** @return null unless the facts are just those of such a flow: nothing else is left unsaid by it */
    static @Nullable SmoothFlow of(List<Fact> facts) {
        return facts.size() == 3
                        && facts.get(0) instanceof Fact.Arrived arrived
                        && facts.get(1) instanceof Fact.Settled settled
                        && facts.get(2) instanceof Fact.Succeeded ended
                        && arrived.causedBy() == null
                        && settled.endsWhole()
                ? new SmoothFlow(arrived, settled, ended)
                : null;
    }

    FlowRecord record() {
        return arrived.record();
    }

    String name() {
        return record().headers().text(KafkaSource.NAME_HEADER).orElse("");
    }

    long endedAtMs() {
        return ended.atMs();
    }

    @Override
    public TrackingId flow() {
        return arrived.flow();
    }

    @Override
    public int size() {
        byte[] key = record().key();
        return FIXED + record().messageId().length() + record().batchId().length() + (key == null ? 0 : key.length);
    }
}
