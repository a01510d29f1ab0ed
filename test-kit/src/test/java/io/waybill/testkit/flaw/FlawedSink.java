package io.waybill.testkit.flaw;

import io.waybill.sink.Participant;
import io.waybill.sink.SinkScope;
import io.waybill.sink.TwoPhaseSink;
import io.waybill.testkit.sink.SimSink;
import java.util.Set;

/** The two-phase sink as threads with flaws use it. */
public record FlawedSink(SimSink sink, Set<Flaw> flaws, Watch watch) implements TwoPhaseSink<String> {

    @Override
    public Row bind(String value) {
        return sink.bind(value);
    }

    @Override
    public Participant open(SinkScope scope) {
        return new FlawedParticipant(this, watch.joinedLast(), scope, sink.open(scope));
    }

    boolean has(Flaw flaw) {
        return flaws.contains(flaw);
    }
}
