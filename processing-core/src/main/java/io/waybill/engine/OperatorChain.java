package io.waybill.engine;

import io.waybill.log.RecordSize;
import io.waybill.pipeline.FailurePolicy;
import io.waybill.pipeline.KafkaSink;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Pipeline;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.Serde;
import io.waybill.pipeline.Timer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Runs a record through the operators of a stage, from its entry on. For any thread, until it is a task's own. */
final class OperatorChain {

    static final String TRACKING_HEADER = "Waybill-Tracking-Id";

    /** The timestamp of the flow's first record, in milliseconds since the epoch. */
    static final String TIMESTAMP_HEADER = "Waybill-Source-Timestamp";

    /** No operator's name has a colon. */
    private static final String TIMER_PREFIX = "timer:";

    private static final int MAX_LABEL = 200;
    private static final String RECORD_TOO_LARGE = "RECORD_TOO_LARGE";

    private final Serde<?> inputSerde;
    private final FailurePolicy inputPolicy;
    private final String inputReader;
    private final List<Operator> operators;
    private final EngineOptions options;
    private final Map<String, Integer> topicLimits;
    private final KeyedOperators keyed;
    private final boolean stateful;
    private final boolean unordered;

    /** @param topicLimits the largest record of each sink topic, in bytes */
    OperatorChain(Pipeline pipeline, StageCut stage, EngineOptions options, Map<String, Integer> topicLimits) {
        this(
                stage.serde(pipeline),
                stage.policy(pipeline),
                stage.reader(),
                stage.operators(),
                options,
                Map.copyOf(topicLimits),
                KeyedOperators.NONE);
    }

    private OperatorChain(
            Serde<?> inputSerde,
            FailurePolicy inputPolicy,
            String inputReader,
            List<Operator> operators,
            EngineOptions options,
            Map<String, Integer> topicLimits,
            KeyedOperators keyed) {
        this.inputSerde = inputSerde;
        this.inputPolicy = inputPolicy;
        this.inputReader = inputReader;
        this.operators = operators;
        this.options = options;
        this.topicLimits = topicLimits;
        this.keyed = keyed;
        this.stateful = operators.stream().anyMatch(Operator.Stateful.class::isInstance);
        this.unordered = operators.stream()
                .anyMatch(operator -> operator instanceof Operator.Async async
                        && !async.options().isOrdered());
    }

    List<Operator> operators() {
        return operators;
    }

    /** State is kept by the records' keys. */
    boolean isKeyed() {
        return stateful;
    }

    /** By which key a record waits for others of its own; null where it waits for nobody. */
    byte @Nullable [] laneKey(byte @Nullable [] key) {
        return unordered ? null : key;
    }

    /** Of the record that runs next. */
    void logTime(long millis) {
        keyed.logTime(millis);
    }

    /** The same chain with keyed operators of its own: from now on for the task's thread. */
    OperatorChain ofTask(StateCatalog catalog, InstantSource clock) {
        return new OperatorChain(
                inputSerde,
                inputPolicy,
                inputReader,
                operators,
                options,
                topicLimits,
                KeyedOperators.open(operators, catalog, options, clock));
    }

    /** The name of the entry: empty for the stage's input, else the split's; of a timer its operator's after a prefix. */
    String nameOf(int start) {
        if (Entry.isTimer(start)) {
            return TIMER_PREFIX + operators.get(Entry.operatorOf(start)).name();
        }
        return start == 0 ? "" : operators.get(start - 1).name();
    }

    /** The media type of records at this entry. */
    String contentTypeAt(int start) {
        return Entry.isTimer(start) ? TimerText.CONTENT_TYPE : serdeAt(start).contentType();
    }

    /** @return {@link Entry#NOWHERE} where there is no such entry any more */
    int startOf(String entryName) {
        if (entryName.isEmpty()) {
            return 0;
        }
        for (int i = 0; i < operators.size(); i++) {
            if (operators.get(i) instanceof Operator.Split split && split.name().equals(entryName)) {
                return i + 1;
            }
            if (operators.get(i) instanceof Operator.Stateful stateful
                    && entryName.equals(TIMER_PREFIX + stateful.name())) {
                return Entry.ofTimer(i);
            }
        }
        return Entry.NOWHERE;
    }

    /** The entry of a timer of this operator, or {@link Entry#NOWHERE}. */
    int startOfTimer(String operator) {
        return startOf(TIMER_PREFIX + operator);
    }

    /** Whose run of a record was given up may use what it has: the next record gets instances of its own. */
    void renew() {
        keyed.renew();
    }

    /** The failure of a run that took too long, wherever it stands. */
    OperatorFailure deadlineExceeded(Entry entry, RecordScope scope) {
        Operator current = scope.current();
        return current == null
                ? OperatorFailure.deadlineExceeded(
                        entry.start() == 0 ? inputReader : nameOf(entry.start()),
                        policyAt(entry.start()),
                        options.recordDeadline())
                : OperatorFailure.deadlineExceeded(current.name(), current.policy(), options.recordDeadline());
    }

    /** The failure of a record whose output the broker does not take. */
    OperatorFailure refused(Refusals.Refusal refusal) {
        FailurePolicy policy = operators.stream()
                .filter(operator -> operator.name().equals(refusal.sink()))
                .findFirst()
                .map(Operator::policy)
                .orElse(inputPolicy);
        return OperatorFailure.refused(refusal, policy);
    }

    /** The failure of a record that is not run again, said of the operator where it would enter. */
    OperatorFailure quarantined(Entry entry, int exits) {
        return OperatorFailure.quarantined(operatorAt(entry), policyAt(entry), exits);
    }

    /** The failure of a record that is not run, since its key waits for a person and as many as may wait do so. */
    OperatorFailure behindDeadLetter(Entry entry, String head, int waiting) {
        return OperatorFailure.behindDeadLetter(operatorAt(entry), policyAt(entry), head, waiting);
    }

    /** Where it would enter. */
    private String operatorAt(Entry entry) {
        return Entry.isTimer(entry.start())
                ? operators.get(Entry.operatorOf(entry.start())).name()
                : entry.start() == 0 ? inputReader : nameOf(entry.start());
    }

    private FailurePolicy policyAt(Entry entry) {
        return Entry.isTimer(entry.start())
                ? operators.get(Entry.operatorOf(entry.start())).policy()
                : policyAt(entry.start());
    }

    void run(Entry entry, RecordScope scope) throws OperatorFailure {
        try {
            if (Entry.isTimer(entry.start())) {
                fire(Entry.operatorOf(entry.start()), entry, scope);
            } else {
                apply(entry.start(), decode(entry), scope);
            }
        } finally {
            scope.leave();
        }
    }

    private void fire(int index, Entry entry, RecordScope scope) throws OperatorFailure {
        Operator.Stateful operator = (Operator.Stateful) operators.get(index);
        scope.enter(index, operator);
        Timer timer;
        try {
            timer = TimerText.parse(entry.payload());
        } catch (DateTimeParseException edited) {
            throw OperatorFailure.undecodable(operator.name(), operator.policy(), edited);
        }
        for (Object emitted : keyed.onTimer(operator, timer, scope)) {
            apply(index + 1, emitted, scope);
        }
    }

    private Object decode(Entry entry) throws OperatorFailure {
        try {
            return present(serdeAt(entry.start()).deserialize(entry.payload()));
        } catch (Throwable e) {
            String reader = entry.start() == 0 ? inputReader : nameOf(entry.start());
            throw OperatorFailure.undecodable(reader, policyAt(entry.start()), Thrown.byTeam(e));
        }
    }

    private Serde<?> serdeAt(int start) {
        return start == 0 ? inputSerde : ((Operator.Split) operators.get(start - 1)).serde();
    }

    private FailurePolicy policyAt(int start) {
        return start == 0 ? inputPolicy : operators.get(start - 1).policy();
    }

    private void apply(int index, Object value, RecordScope scope) throws OperatorFailure {
        if (index == operators.size()) {
            scope.reachEnd();
            return;
        }
        scope.enter(index, operators.get(index));
        switch (operators.get(index)) {
            case Operator.Map map ->
                apply(index + 1, call(map, () -> map.function().apply(value)), scope);
            case Operator.Filter filter -> {
                if (call(filter, () -> filter.predicate().apply(value))) {
                    apply(index + 1, value, scope);
                }
            }
            case Operator.FlatMap flatMap -> {
                Iterator<?> each =
                        call(flatMap, () -> flatMap.function().apply(value).iterator());
                while (call(flatMap, each::hasNext)) {
                    apply(index + 1, call(flatMap, each::next), scope);
                    scope.backTo(index, flatMap);
                }
            }
            case Operator.Stateful process -> {
                for (Object emitted : keyed.process(process, value, scope)) {
                    apply(index + 1, emitted, scope);
                }
            }
            case Operator.Split split -> {
                scope.splits(new Splitting(
                        split,
                        index,
                        call(split, () -> present(split.function().apply(value)).iterator())));
                takeParts(scope);
            }
            case Operator.KeyBy keyBy -> call(keyBy, () -> forward(keyBy, value, scope));
            case Operator.Async async -> {
                Answer answer = call(async, () -> Optional.ofNullable(scope.ask(async, value, options.maxAtOnce())))
                        .orElse(null);
                if (answer != null) {
                    apply(index + 1, answered(async, answer), scope);
                }
            }
            case Operator.Sink sink -> {
                call(sink, () -> output(sink, value, scope));
                apply(index + 1, value, scope);
            }
            case Operator.TwoPhase sink -> {
                call(sink, () -> row(sink, value, scope));
                apply(index + 1, value, scope);
            }
            case Operator.Staged sink -> {
                call(sink, () -> stage(sink, value, scope));
                apply(index + 1, value, scope);
            }
        }
    }

    private static Object answered(Operator.Async operator, Answer answer) throws OperatorFailure {
        return switch (answer) {
            case Answer.Value value -> call(operator, () -> present(value.value()));
            case Answer.Failed failed ->
                throw OperatorFailure.of(operator.name(), operator.policy(), Thrown.byTeam(failed.thrown()));
            case Answer.Missing missing ->
                throw OperatorFailure.callTimedOut(
                        operator.name(), operator.policy(), operator.options().timeout());
        };
    }

    private static Object row(Operator.TwoPhase operator, Object value, RecordScope scope) throws Exception {
        scope.sinkRow(operator.name(), present(operator.sink().bind(value)));
        return scope;
    }

    /** What has begun to split goes on with it. */
    void goOn(RecordScope scope) throws OperatorFailure {
        try {
            takeParts(scope);
        } finally {
            scope.leave();
        }
    }

    /** Until no split has any more, or the scope is full. */
    private void takeParts(RecordScope scope) throws OperatorFailure {
        for (Splitting next = scope.splitting(); next != null && !scope.isFull(); next = scope.splitting()) {
            Splitting split = next;
            scope.backTo(split.index(), split.operator());
            boolean gives = call(split.operator(), () -> takeParts(split, scope));
            if (!gives) {
                scope.splitReturned();
            }
        }
    }

    /** @return whether there may be more of them */
    private boolean takeParts(Splitting split, RecordScope scope) throws Exception {
        while (!scope.isFull()) {
            if (!split.parts().hasNext()) {
                return false;
            }
            takePart(split.operator(), split.index() + 1, present(split.parts().next()), scope);
        }
        return true;
    }

    private void takePart(Operator.Split split, int start, Object part, RecordScope scope) throws Exception {
        if (scope.partCount() == options.maxParts()) {
            throw Poison.because(
                    "TOO_MANY_PARTS", "expected at most %d parts of '%s'", options.maxParts(), split.name());
        }
        byte[] payload = split.serde().serialize(part);
        if (payload.length > options.maxPayloadBytes()) {
            throw Poison.because(
                    "PART_TOO_LARGE",
                    "expected a part of at most %d bytes, but part %d had %d",
                    options.maxPayloadBytes(),
                    scope.partCount() + 1,
                    payload.length);
        }
        scope.part(
                split.name(),
                start,
                payload,
                split.label() == null ? "" : label(split.label().apply(part)),
                options.maxSplitBytes());
    }

    private static String label(@Nullable String label) {
        String text = label == null ? "" : label;
        return text.length() <= MAX_LABEL ? text : text.substring(0, MAX_LABEL);
    }

    private Object forward(Operator.KeyBy operator, Object value, RecordScope scope) throws Exception {
        byte[] key =
                present(operator.keySerde().serialize(present(operator.key().apply(value))));
        return forward(operator.name(), key, present(operator.serde().serialize(value)), scope);
    }

    private Object stage(Operator.Staged operator, Object value, RecordScope scope) throws Exception {
        byte[] key = present(operator.sink().keyOf(value));
        return forward(operator.name(), key, present(operator.sink().serde().serialize(value)), scope);
    }

    private Object forward(String stage, byte[] key, byte[] payload, RecordScope scope) {
        long size = Forward.upperBound(scope.record(), key, payload);
        if (size > options.maxRecordBytes() - EngineOptions.ROOM_FOR_ERROR) {
            throw Poison.because(
                    RECORD_TOO_LARGE,
                    "expected a record of at most %d bytes for stage '%s', but was %d with its envelope",
                    options.maxRecordBytes() - EngineOptions.ROOM_FOR_ERROR,
                    stage,
                    size);
        }
        scope.forward(new Forward(stage, key, payload, size));
        return scope;
    }

    private Object output(Operator.Sink operator, Object value, RecordScope scope) throws Exception {
        KafkaSink<Object> sink = operator.sink();
        byte[] payload = present(sink.serde().serialize(value));
        String flow = scope.record().flow().toString();
        String id = flow + "/" + scope.path() + "/" + operator.name() + "/" + scope.outputs();
        List<Header> headers = List.of(
                new RecordHeader(TRACKING_HEADER, utf8(flow)),
                new RecordHeader(
                        TIMESTAMP_HEADER, utf8(String.valueOf(scope.record().timestampMs()))),
                new RecordHeader(KafkaSource.MESSAGE_ID_HEADER, utf8(id)));
        byte[] key = sink.keyOf(value);
        boolean continues = !sink.readers().isEmpty();
        long size = RecordSize.upperBound(key, payload, headers)
                + (continues
                        ? HandedOn.upperBound(
                                scope.record(), scope.entry(), sink.readers().size())
                        : 0);
        int limit = topicLimits.getOrDefault(sink.topic(), Integer.MAX_VALUE);
        if (size > limit) {
            throw Poison.because(
                    RECORD_TOO_LARGE,
                    "expected a record of at most %d bytes for topic '%s', but was %d once wrapped",
                    limit,
                    sink.topic(),
                    size);
        }
        // Without a timestamp of its own: an old message that is replayed must not be deleted unread by age.
        ProducerRecord<byte[], byte[]> output = new ProducerRecord<>(sink.topic(), null, key, payload, headers);
        scope.output(operator.name(), output, size);
        if (continues) {
            scope.handOn(operator.name(), new HandedOn(output, sink.readers()));
        }
        return scope;
    }

    private static <R> R call(Operator operator, Call<R> call) throws OperatorFailure {
        try {
            return present(call.run());
        } catch (Throwable e) {
            throw OperatorFailure.of(operator.name(), operator.policy(), Thrown.byTeam(e));
        }
    }

    /** Teams without null checks can still return null. */
    static <R> R present(@Nullable R value) {
        if (value == null) {
            throw Poison.because("NULL_RESULT", "expected a value, but was null: drop records by a filter");
        }
        return value;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private interface Call<R> {
        R run() throws Exception;
    }
}
