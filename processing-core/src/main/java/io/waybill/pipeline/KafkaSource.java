package io.waybill.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A topic as the source of a pipeline. Immutable; every method returns a changed copy.
 *
 * <p>A record's message id is its {@code Message-Id} header, else its CloudEvents {@code ce_source} and {@code ce_id},
 * else what {@link #messageId} finds. Its batch id is its {@code Batch-Id} header, else what {@link #batchId} finds.
 */
public final class KafkaSource<T> {

    public static final String MESSAGE_ID_HEADER = "Message-Id";
    public static final String BATCH_ID_HEADER = "Batch-Id";
    public static final String NAME_HEADER = "Name";

    /** A longer message id or batch id, in bytes of UTF-8, is refused by the intake and poison in a pipeline. */
    public static final int MAX_ID_BYTES = 512;

    private static final double LEAST_RATE = 0.01;
    private static final double MOST_RATE = 1_000_000;
    private static final int MOST_UTF8_BYTES_OF_A_CHAR = 3;

    private final String topic;
    private final Serde<T> serde;
    private final @Nullable Fn<SourceRecord<T>, String> messageId;
    private final @Nullable Fn<SourceRecord<T>, String> batchId;
    private final @Nullable Double rateLimit;

    private KafkaSource(
            String topic,
            Serde<T> serde,
            @Nullable Fn<SourceRecord<T>, String> messageId,
            @Nullable Fn<SourceRecord<T>, String> batchId,
            @Nullable Double rateLimit) {
        this.topic = topic;
        this.serde = serde;
        this.messageId = messageId;
        this.batchId = batchId;
        this.rateLimit = rateLimit;
    }

    /** The topic must exist when the application starts; it is never written to but by the intake. */
    public static Topic topic(String name) {
        return new Topic(name);
    }

    /** The function is asked where no header names the id; an empty string: the record has none. */
    public KafkaSource<T> messageId(Fn<SourceRecord<T>, String> function) {
        return new KafkaSource<>(topic, serde, function, batchId, rateLimit);
    }

    /** The function is asked where no header names the batch; an empty string: the record names none. */
    public KafkaSource<T> batchId(Fn<SourceRecord<T>, String> function) {
        return new KafkaSource<>(topic, serde, messageId, function, rateLimit);
    }

    /**
     * Takes up no more than so many records a second, over all instances, however many more there are; the others wait
     * in the topic. Each thread keeps to the part of its partitions, so records that are all in one partition come
     * slower. What people order and what waits for its next try is not held up.
     *
     * @param recordsPerSecond 0.01 to 1,000,000
     * @throws IllegalArgumentException where it is not
     */
    public KafkaSource<T> rateLimit(double recordsPerSecond) {
        if (!(recordsPerSecond >= LEAST_RATE && recordsPerSecond <= MOST_RATE)) {
            throw new IllegalArgumentException(
                    "expected the rate limit of source '%s' to be 0.01 to 1,000,000 records a second, but was %s"
                            .formatted(topic, recordsPerSecond));
        }
        return new KafkaSource<>(topic, serde, messageId, batchId, recordsPerSecond);
    }

    /** In records a second; null where there is none. */
    public @Nullable Double rateLimit() {
        return rateLimit;
    }

    public String topic() {
        return topic;
    }

    public Serde<T> serde() {
        return serde;
    }

    /**
     * The identity of a record with this key, headers and payload. Undecodable bytes are no error here: the functions
     * then see no value.
     *
     * @throws Poison with code {@code MESSAGE_ID_TOO_LONG} or {@code BATCH_ID_TOO_LONG}
     */
    public Identity identify(byte @Nullable [] key, Headers headers, byte[] payload) {
        SourceRecord<T> record = null;
        Optional<String> message = fromHeaders(headers);
        Optional<String> batch = headers.text(BATCH_ID_HEADER).filter(id -> !id.isEmpty());
        if ((message.isEmpty() && messageId != null) || (batch.isEmpty() && batchId != null)) {
            record = new SourceRecord<>(key, headers, payload, valueOrNull(payload));
        }
        String messageIdFound = message.isPresent() ? message.get() : ask(messageId, record);
        String batchIdFound = batch.isPresent() ? batch.get() : ask(batchId, record);
        return new Identity(
                bounded(messageIdFound, "MESSAGE_ID_TOO_LONG", "message id"),
                bounded(batchIdFound, "BATCH_ID_TOO_LONG", "batch id"));
    }

    private static Optional<String> fromHeaders(Headers headers) {
        Optional<String> own = headers.text(MESSAGE_ID_HEADER).filter(id -> !id.isEmpty());
        if (own.isPresent()) {
            return own;
        }
        Optional<String> source = headers.text("ce_source");
        return headers.text("ce_id")
                .filter(id -> !id.isEmpty() && source.isPresent())
                .map(id -> source.get() + " " + id);
    }

    private @Nullable T valueOrNull(byte[] payload) {
        try {
            return serde.deserialize(payload);
        } catch (Exception | StackOverflowError | LinkageError undecodable) {
            return null;
        }
    }

    private static <T> String ask(@Nullable Fn<SourceRecord<T>, String> function, @Nullable SourceRecord<T> record) {
        if (function == null || record == null) {
            return "";
        }
        try {
            return Objects.requireNonNullElse(function.apply(record), "");
        } catch (Exception | StackOverflowError | LinkageError unidentifiable) {
            return "";
        }
    }

    private static String bounded(String id, String code, String what) {
        if (id.length() <= MAX_ID_BYTES / MOST_UTF8_BYTES_OF_A_CHAR) {
            return id;
        }
        int bytes = id.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_ID_BYTES) {
            throw Poison.because(code, "expected a %s of at most %d bytes, but was %d", what, MAX_ID_BYTES, bytes);
        }
        return id;
    }

    /** Message id and batch id; empty where the record has none. */
    public record Identity(String messageId, String batchId) {}

    /** Awaits the serde of the value. */
    public record Topic(String name) {

        public <T> KafkaSource<T> value(Serde<T> serde) {
            return new KafkaSource<>(name, serde, null, null, null);
        }
    }
}
