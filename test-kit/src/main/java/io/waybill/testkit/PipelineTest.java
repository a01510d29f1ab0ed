package io.waybill.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Pipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Drives a pipeline in milliseconds, without Kafka: the engine is the real one, over a simulated cluster, disk and clock.
 *
 * <pre>{@code
 * try (PipelineTest test = PipelineTest.of(settlement)) {
 *     test.send("account-1", payment).settle();
 *
 *     assertThat(test.outputs("settled", Payment.class)).containsExactly(payment);
 *     assertThat(test.result().status()).isEqualTo(ACK);
 * }
 * }</pre>
 *
 * <p>Nothing runs by itself: after {@link #send}, {@link #replay} and the like the pipeline runs in {@link #settle} and
 * {@link #advance}, and time passes only there. What is read is what is committed. The clock begins at
 * 2026-01-01T00:00:00Z.
 *
 * <p>One thread at a time. Operators run on another thread while the caller waits.
 */
public final class PipelineTest implements AutoCloseable {

    private final Cluster cluster;
    private final Journal journal;
    private final Reading reading;
    private final Person person;
    private final List<String> trackingIds = new ArrayList<>();
    private int messageIds;

    private PipelineTest(Pipeline pipeline, Setup setup) {
        this.cluster = new Cluster(Alone.of(pipeline), setup);
        this.journal = cluster.journal();
        this.reading = new Reading(journal);
        this.person = new Person(cluster.log(), journal);
    }

    public static PipelineTest of(Pipeline pipeline) {
        return of(pipeline, Setup.defaults());
    }

    /**
     * Pipelines that continue its flows are not here: its flows end at its own sinks.
     *
     * @throws io.waybill.pipeline.InvalidPipelineException as at the start of an application
     */
    public static PipelineTest of(Pipeline pipeline, Setup setup) {
        return new PipelineTest(pipeline, setup);
    }

    // ------------------------------------------------------------------------------------------ what happens

    /** Sends a record without a key; otherwise like {@link #send(Object, Object)}. */
    public PipelineTest send(Object value) {
        return send(null, payload(value), identified(null, value));
    }

    /** Sends a record under a new message id, unless the source finds one in it. */
    public PipelineTest send(Object key, Object value) {
        byte[] bytes = key(key);
        return send(bytes, payload(value), identified(bytes, value));
    }

    /**
     * Sends a record with these headers and no other: where the pipeline recognises duplicates and neither they nor the
     * value name a message id, it becomes a dead letter.
     *
     * @param key text or bytes; where a keyed operator stands in the first stage, what its serde writes
     * @param value what the source's serde writes
     */
    public PipelineTest send(Object key, Object value, Headers headers) {
        return send(key(key), payload(value), headers);
    }

    /** Sends bytes as they are: what the source's serde would never write. */
    public PipelineTest sendBytes(byte @Nullable [] key, byte[] payload, Headers headers) {
        return send(key, payload, headers);
    }

    private PipelineTest send(byte @Nullable [] key, byte[] payload, Headers headers) {
        String topic = journal.names().source().topic();
        RecordHeaders kafkaHeaders = new RecordHeaders();
        headers.all().forEach(header -> kafkaHeaders.add(header.name(), header.value()));
        RecordMetadata sent =
                Writing.write(cluster.log(), new ProducerRecord<>(topic, null, null, key, payload, kafkaHeaders));
        trackingIds.add(TrackingId.of(cluster.log().topicId(topic), sent.partition(), sent.offset(), sent.timestamp())
                .toString());
        return this;
    }

    private byte[] payload(Object value) {
        return Values.write("a value", journal.names().source().serde(), value);
    }

    private byte[] key(Object key) {
        return journal.names()
                .sourceKey()
                .map(serde -> Values.write("a key", serde, key))
                .orElseGet(() -> switch (key) {
                    case byte[] bytes -> bytes;
                    case String text -> text.getBytes(UTF_8);
                    default -> throw PipelineTestException.notAKey(key);
                });
    }

    private Headers identified(byte @Nullable [] key, Object value) {
        KafkaSource<?> source = journal.names().source();
        boolean needsId = journal.names().pipeline().deduplicate() != null
                && source.identify(key, Headers.NONE, payload(value))
                        .messageId()
                        .isEmpty();
        if (!needsId) {
            return Headers.NONE;
        }
        messageIds++;
        return Headers.NONE.with(KafkaSource.MESSAGE_ID_HEADER, "test-" + messageIds);
    }

    /**
     * Runs the pipeline until it has nothing more to do: every record and order has passed, has been given up after its
     * retries, or stands behind a stopped task; every timer that is due has fired. Later timers are left for
     * {@link #advance}. Takes as much simulated time as the retries take, half a second at least.
     *
     * @throws PipelineTestException where that does not come within a simulated year
     */
    public PipelineTest settle() {
        cluster.settle();
        return this;
    }

    /**
     * Lets this much time pass. What becomes due within it happens at its time: retries, timers, checkpoints. While the
     * instance is down, only the clock goes on.
     */
    public PipelineTest advance(Duration time) {
        cluster.advance(time);
        return this;
    }

    /**
     * Lets an operator fail: its next calls throw this, before they do anything.
     *
     * @param times how often; a record that is retried calls again
     */
    public PipelineTest fail(String operator, Exception exception, int times) {
        journal.names().operator(operator);
        cluster.rigging().fail(operator, exception, times);
        return this;
    }

    /**
     * Lets an operator take long: before it does what it does. A call of another system that takes longer than its time-out
     * fails, and what it answers later reaches nobody.
     *
     * @param times how often; a record that is retried calls again
     */
    public PipelineTest delay(String operator, Duration time, int times) {
        journal.names().operator(operator);
        cluster.rigging().delay(operator, time, times);
        return this;
    }

    /**
     * Lets the instance die when this operator is called next, in the middle of the record: nothing of the checkpoint
     * has happened. {@link #settle} and {@link #advance} then return with the instance down.
     */
    public PipelineTest crashIn(String operator) {
        journal.names().operator(operator);
        cluster.rigging().crash(operator);
        return this;
    }

    /** Kills the instance: what it did since its last checkpoint has not happened. */
    public PipelineTest crash() {
        cluster.crash();
        return this;
    }

    /** Starts the instance again, on what the crash left of its disk. */
    public PipelineTest restart() {
        cluster.restart();
        return this;
    }

    /** Starts the instance again with another version of the pipeline. */
    public PipelineTest restart(Pipeline next) {
        cluster.deploy(Alone.of(next));
        return restart();
    }

    /** Starts the instance again on a new machine: what it knew is restored from its topics. */
    public PipelineTest restartOnNewMachine() {
        cluster.replaceMachine();
        return restart();
    }

    /** Orders that a dead letter runs again as it is. */
    public PipelineTest replay(DeadLetter deadLetter) {
        person.replay(open(deadLetter), Optional.empty(), now());
        return this;
    }

    /**
     * Orders that a dead letter runs again with another payload.
     *
     * @param edited text or bytes, as a person would save them; any other value is written by the serde of the entry
     *     point: the source's, the split's or the re-keying's
     */
    public PipelineTest replay(DeadLetter deadLetter, Object edited) {
        DeadLetterEvent event = open(deadLetter);
        byte[] payload = switch (edited) {
            case byte[] bytes -> bytes;
            case String text -> text.getBytes(UTF_8);
            default ->
                Values.write(
                        "a payload",
                        journal.names()
                                .serdeAt(event.getStage(), event.getCaptured().getEntry()),
                        edited);
        };
        person.replay(event, Optional.of(payload), now());
        return this;
    }

    /** Orders that a dead letter ends as it is: it stays counted as failed. */
    public PipelineTest discard(DeadLetter deadLetter, String reason) {
        person.discard(open(deadLetter), reason, now());
        return this;
    }

    /** Orders that nobody of its key waits for a dead letter any more; it stays open. */
    public PipelineTest letGo(DeadLetter deadLetter, String reason) {
        person.letGo(open(deadLetter), reason, now());
        return this;
    }

    private DeadLetterEvent open(DeadLetter deadLetter) {
        Map<String, DeadLetterEvent> open = journal.openDeadLetters();
        DeadLetterEvent event = open.get(deadLetter.id());
        if (event == null) {
            throw PipelineTestException.notOpen(deadLetter.id(), open.keySet());
        }
        return event;
    }

    /** Presses retry: the stopped task runs its record again. */
    public PipelineTest retry(Incident incident) {
        person.retry(incident, now());
        return this;
    }

    // ------------------------------------------------------------------------------------------ what came of it

    /** What a sink wrote, in its order. */
    public List<Output> outputs(String sink) {
        return reading.outputs(journal.names().sink(sink));
    }

    /** The values that a sink wrote, in their order. */
    public <V> List<V> outputs(String sink, Class<V> type) {
        return outputs(sink).stream().map(output -> output.value(type)).toList();
    }

    /** Those that are open, in the order in which they failed. */
    public List<DeadLetter> deadLetters() {
        return reading.deadLetters();
    }

    /** @throws PipelineTestException unless there is exactly one */
    public DeadLetter deadLetter() {
        List<DeadLetter> open = deadLetters();
        if (open.size() != 1) {
            throw PipelineTestException.notOne("open dead letter", open);
        }
        return open.getFirst();
    }

    /** The result of the message sent last. */
    public FlowResult result() {
        return result(trackingId());
    }

    /** The current result of a flow. */
    public FlowResult result(String trackingId) {
        if (!trackingIds.contains(trackingId)) {
            throw PipelineTestException.unknown("flow", trackingId, trackingIds);
        }
        return reading.result(trackingId);
    }

    /** Of the message sent last. */
    public String trackingId() {
        if (trackingIds.isEmpty()) {
            throw PipelineTestException.nothingSent();
        }
        return trackingIds.getLast();
    }

    /** Of all messages sent, in their order. */
    public List<String> trackingIds() {
        return List.copyOf(trackingIds);
    }

    /** The state of a keyed operator for one key. */
    public StateContent state(String operator, String state, Object key) {
        return reading.state(journal.names().stateful(operator), state, key);
    }

    /** Those that are open. */
    public List<Incident> incidents() {
        return reading.incidents();
    }

    /** How far the committed positions of all stages stand behind the ends of their inputs and orders. */
    public long lag() {
        return cluster.backlog().lag();
    }

    /** The simulated time. */
    public Instant now() {
        return cluster.now();
    }

    public long seed() {
        return cluster.setup().seed();
    }

    /**
     * Settles, starting the instance again where it is down, and checks what must hold of every pipeline at rest: each
     * record has one outcome, each output stands for one, each flow has the result that its records make, what is open
     * is known, nothing hangs.
     *
     * @throws AssertionError naming everything that is wrong
     */
    public PipelineTest verify() {
        if (!cluster.isUp()) {
            restart();
        }
        settle();
        List<String> violations = new AtRest(cluster, trackingIds).check();
        if (!violations.isEmpty()) {
            throw new AssertionError("the pipeline broke its invariants (seed %d):%n%s"
                    .formatted(seed(), String.join(System.lineSeparator(), violations)));
        }
        return this;
    }

    @Override
    public void close() {
        cluster.close();
    }

    @Override
    public String toString() {
        List<String> operators = journal.names().pipeline().operators().stream()
                .map(Operator::name)
                .toList();
        return "test of pipeline '%s' %s, seed %d"
                .formatted(journal.names().pipeline().name(), operators, seed());
    }
}
