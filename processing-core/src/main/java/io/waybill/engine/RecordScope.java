package io.waybill.engine;

import io.waybill.format.v1.PartState;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Poison;
import io.waybill.sink.TwoPhaseSink.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What one run of one record does, until the run is over: dropped whole when an operator throws, kept whole otherwise
 * (I3).
 */
final class RecordScope {

    static final String EFFECTS_TOO_LARGE = "EFFECTS_TOO_LARGE";

    private final StateLayer state;
    private final FlowRecord record;
    private final Entry entry;
    private final Effects effects = new Effects();
    private final long mostOfParts;
    private final Deque<Splitting> splits = new ArrayDeque<>(1);
    private List<Entry> parts = new ArrayList<>();
    private long bytesOfParts;
    private int partCount;
    private long splitBytes;
    private final List<Forward> forwards = new ArrayList<>();
    private final List<HandedOn> handedOn = new ArrayList<>();
    private List<String> sinks = List.of();
    private String splitBy = "";
    private boolean reachedEnd;
    private long budget;
    private volatile boolean cut;
    private volatile @Nullable Operator current;
    private final @Nullable Laps laps;

    private final @Nullable Asked before;
    private @Nullable Asked asked;

    /**
     * @param budget how many bytes of outputs and parts it may hold
     * @param mostOfParts so many bytes of parts are taken at once; whoever wants more takes these away
     * @param laps to be told of operators; null where they are not measured
     * @param before what a run of it before this one has asked for; null where that is nothing
     */
    RecordScope(
            StateLayer state,
            FlowRecord record,
            Entry entry,
            long budget,
            long mostOfParts,
            @Nullable Laps laps,
            @Nullable Asked before) {
        this.laps = laps;
        this.budget = budget;
        this.mostOfParts = mostOfParts;
        this.state = state;
        this.record = record;
        this.entry = entry;
        this.before = before;
    }

    /**
     * Asks another system.
     *
     * @param most calls of one run
     * @return null where nobody has answered yet: nothing of this run counts then
     */
    @Nullable
    Answer ask(Operator.Async operator, Object value, int most) {
        requireLive();
        if (asked == null) {
            asked = Asked.after(before, most);
        }
        return asked.ask(operator, value, () -> record.flow() + "/" + path() + "/" + operator.name());
    }

    /** What the record has to wait for; null where that is nothing. */
    @Nullable
    Asked unanswered() {
        return asked == null || asked.open().isEmpty() ? null : asked;
    }

    void output(String sink, ProducerRecord<byte[], byte[]> output, long size) {
        spend(size);
        took(sink);
        effects.output(output, size);
    }

    /** A sink has an output of it. */
    void took(String sink) {
        if (sinks.isEmpty()) {
            sinks = List.of(sink);
        } else if (!sinks.contains(sink)) {
            List<String> more = new ArrayList<>(sinks);
            more.add(sink);
            sinks = more;
        }
    }

    /** @param sink a two-phase sink's name */
    void sinkRow(String sink, Row row) {
        spend(row.bytes());
        took(sink);
        effects.sinkRow(new Effects.SinkRow(sink, row, record.flow(), entry.path()));
    }

    /** Its flow goes on with an output that was told of before. */
    void handOn(String sink, HandedOn output) {
        if (splitBy.isEmpty()) {
            splitBy = sink;
        }
        handedOn.add(output);
    }

    /** It gives parts from now on, behind those that others give. */
    void splits(Splitting split) {
        splits.add(split);
    }

    /** The split that gives the next part; null where none gives any. */
    @Nullable
    Splitting splitting() {
        return splits.peekFirst();
    }

    /** It has given all its parts. */
    void splitReturned() {
        splits.removeFirst();
    }

    /** Parts are to be taken away before there are more. */
    boolean isFull() {
        return bytesOfParts >= mostOfParts;
    }

    /** @param most bytes that the parts of a record may have in all */
    void part(String split, int start, byte[] payload, String label, long most) {
        requireLive();
        splitBytes += payload.length;
        if (splitBytes > most) {
            throw Poison.because(
                    "SPLIT_TOO_LARGE",
                    "expected parts of at most %d bytes together, but part %d went beyond that",
                    most,
                    partCount + 1);
        }
        spend(payload.length);
        splitBy = split;
        Entry part = new Entry(start, path().child(++partCount), payload, label, 0);
        parts.add(part);
        bytesOfParts += part.bytes();
    }

    /** Those that are there so far: nothing of them is held here any more. */
    List<Entry> takeParts() {
        List<Entry> taken = parts;
        parts = new ArrayList<>();
        bytesOfParts = 0;
        taken.forEach(part -> budget += part.payload().length);
        return taken;
    }

    /** With those that were taken away. */
    int partCount() {
        return partCount;
    }

    void forward(Forward forward) {
        spend(forward.size());
        splitBy = forward.stage();
        forwards.add(forward);
    }

    /** Its thread may run on, but what it does counts no more. */
    void cut() {
        cut = true;
    }

    void requireLive() {
        if (cut) {
            throw new IllegalStateException(
                    "the record is given up: it took longer than its deadline, or its task is gone");
        }
    }

    /** A value comes to this operator, which is called now. */
    void enter(int index, Operator operator) {
        requireLive();
        current = operator;
        if (laps != null) {
            laps.enter(index);
        }
    }

    /** It is called again: those behind it are done with what it gave them. */
    void backTo(int index, Operator operator) {
        requireLive();
        current = operator;
        if (laps != null) {
            laps.backTo(index);
        }
    }

    /** No operator is called any more. */
    void leave() {
        if (laps != null) {
            laps.end();
        }
    }

    /** What was measured, once the run is over; null where nothing was. */
    @Nullable
    Laps laps() {
        return laps;
    }

    /** The last operator that was called; null where there was none yet. */
    @Nullable
    Operator current() {
        return current;
    }

    private void spend(long bytes) {
        budget -= bytes;
        if (budget < 0) {
            throw Poison.because(
                    EFFECTS_TOO_LARGE,
                    "expected that a message with its parts holds fewer bytes of outputs and parts until it settles:"
                            + " see waybill.engine.max-effects-size");
        }
    }

    void reachEnd() {
        reachedEnd = true;
    }

    /** Keeps what was done: state and effects belong to the record from now on. */
    void keep(Effects of) {
        state.mergeDown();
        of.add(effects);
    }

    FlowRecord record() {
        return record;
    }

    /** Where it entered. */
    Entry entry() {
        return entry;
    }

    PartPath path() {
        return entry.path();
    }

    StateLayer state() {
        return state;
    }

    /** Room for a change of state, which is made by whoever asks. */
    void stateChange(long bytes) {
        spend(bytes);
        effects.stateChange(bytes);
    }

    int outputs() {
        return effects.outputs().size();
    }

    List<Forward> forwards() {
        return forwards;
    }

    /** What became of the record. */
    PartState outcome() {
        if (children() > 0) {
            return PartState.SPLIT;
        }
        if (!forwards.isEmpty()) {
            return PartState.FORWARDED;
        }
        return reachedEnd ? PartState.PASSED : PartState.FILTERED;
    }

    List<HandedOn> handedOn() {
        return handedOn;
    }

    /** One that goes on to one other stage, and nowhere else, is the same record there. */
    boolean goesOnAsItself() {
        return forwards.size() == 1 && handedOn.isEmpty() && partCount == 0;
    }

    /** How many records take its place: parts, those that go on to other stages, and then those in other pipelines. */
    int children() {
        int children = partCount + (goesOnAsItself() ? 0 : forwards.size());
        for (HandedOn output : handedOn) {
            children += output.readers().size();
        }
        return children;
    }

    /** The operator that put others in its place. */
    String splitBy() {
        return splitBy;
    }

    /** The names of the sinks that took an output, each once. */
    List<String> sinks() {
        return sinks;
    }
}
