package io.waybill.engine;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * The bounds of a processing thread; each is checked here.
 *
 * @param checkpointInterval 10 ms to 10 s
 * @param transactionTimeout 5 s to 15 min, what the broker waits for a dead thread that nobody replaced
 * @param patience how long a new owner waits for the old one's transaction before it fences it (R11)
 * @param recordDeadline 100 ms to 1 h, how long the operators may take for one try of a record or part
 * @param maxPayloadBytes of a message or a part; the topics' limits are this plus {@link #ENVELOPE_BYTES}
 * @param maxParts 1 to 100,000,000 of one split
 * @param maxEffectsBytes what one message with all its parts may hold in memory until it settles
 * @param maxCheckpointBytes a checkpoint that holds more closes early; parts of a message that does more go on in the next
 * @param maxQueuedRecords for each task; a task that has more is paused
 * @param outcomePartitions of the topics partitioned by tracking id, when they are created
 * @param replicationFactor of topics that are created; -1 is the broker's default
 * @param olderBrokers whether brokers are accepted that do not know the transaction protocol of Kafka 4.0
 * @param prepareBudget how long the two-phase sinks of a checkpoint may take to prepare; for pipelines with such sinks it
 *     is less than the patience (R11), and than the transaction time-out less {@link #REQUEST_TIMEOUT} (R6)
 * @param uncleanExits 4 to 100, after how many ends of a process in the run of a record it is not run again
 * @param carefulRecords 2 to 1,000, how many records, or parts of one, are run between two notes after an unclean exit;
 *     its square is the most that a task leaves uncommitted
 * @param maxWaitingRecords 10 to 1,000,000 in the waiting room of a task; a tenth is not for its input, which is paused
 * @param maxWaitingOfKey of them, those of one key
 * @param maxWaitingBytes of them all, not before which the input is paused
 * @param maxStagedRows 1 to 1,000,000,000, how many rows may wait for a staged sink before no flow begins any more
 * @param maxSplitBytes of the parts of one split, and of all that are kept by a task before its input is paused
 */
public record EngineOptions(
        Duration checkpointInterval,
        Duration transactionTimeout,
        Duration patience,
        Duration recordDeadline,
        int maxPayloadBytes,
        int maxParts,
        long maxEffectsBytes,
        long maxCheckpointBytes,
        int maxQueuedRecords,
        int outcomePartitions,
        int replicationFactor,
        boolean olderBrokers,
        Duration prepareBudget,
        int uncleanExits,
        int carefulRecords,
        int maxWaitingRecords,
        int maxWaitingOfKey,
        long maxWaitingBytes,
        long maxStagedRows,
        long maxSplitBytes) {

    /** What headers, key, error and our own fields may add to a payload. */
    public static final int ENVELOPE_BYTES = 1024 * 1024;

    /** What a record must leave of its topic's limit, so that it can become a dead letter with its error. */
    static final int ROOM_FOR_ERROR = 64 * 1024;

    /** What the commit may take to arrive: it must do so within the transaction's time-out. */
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    /** Of what one record gives in memory: values that an operator emits, calls that it asks for. */
    private static final int MOST_AT_ONCE = 100_000;

    /** Of parts that are kept together, so that reading them again for one of them is cheap. */
    private static final int LARGEST_CHUNK = 1024 * 1024;

    private static final Duration LEAST_PREPARE = Duration.ofMillis(10);

    public static final EngineOptions DEFAULTS = new EngineOptions(
            Duration.ofMillis(100),
            Duration.ofSeconds(30),
            Duration.ofSeconds(3),
            Duration.ofSeconds(60),
            16 * 1024 * 1024,
            1_000_000,
            256L * 1024 * 1024,
            32L * 1024 * 1024,
            250,
            4,
            -1,
            false,
            Duration.ofSeconds(2),
            4,
            100,
            50_000,
            10_000,
            64L * 1024 * 1024,
            1_000_000,
            1024L * 1024 * 1024);

    public EngineOptions {
        within("engine.checkpoint-interval", checkpointInterval, Duration.ofMillis(10), Duration.ofSeconds(10));
        within("engine.transaction-timeout", transactionTimeout, Duration.ofSeconds(5), Duration.ofMinutes(15));
        within("engine.patience", patience, Duration.ofMillis(100), transactionTimeout);
        within("engine.record-deadline", recordDeadline, Duration.ofMillis(100), Duration.ofHours(1));
        within("max-payload-size", maxPayloadBytes, 1024, 512 * 1024 * 1024);
        within("engine.max-parts", maxParts, 1, 100_000_000);
        within("engine.max-effects-size", maxEffectsBytes, maxPayloadBytes, 16L * 1024 * 1024 * 1024);
        within("engine.max-checkpoint-size", maxCheckpointBytes, 1024, 1024L * 1024 * 1024);
        within("engine.max-queued-records", maxQueuedRecords, 1, 100_000);
        within("engine.outcome-partitions", outcomePartitions, 1, 1_000);
        within("engine.prepare-budget", prepareBudget, LEAST_PREPARE, transactionTimeout);
        // The first two find the record among those that were open; at the last two it was alone.
        within("engine.unclean-exits", uncleanExits, 4, 100);
        within("engine.careful-records", carefulRecords, 2, 1_000);
        within("engine.max-waiting-records", maxWaitingRecords, 10, 1_000_000);
        within("engine.max-waiting-of-key", maxWaitingOfKey, 1, maxWaitingRecords);
        within("engine.max-waiting-size", maxWaitingBytes, 1024, 16L * 1024 * 1024 * 1024);
        within("engine.max-staged-rows", maxStagedRows, 1, 1_000_000_000);
        within("engine.max-split-size", maxSplitBytes, maxPayloadBytes, 1024L * 1024 * 1024 * 1024);
    }

    public EngineOptions withCheckpointInterval(Duration interval) {
        return changed(options -> options.checkpointInterval = interval);
    }

    public EngineOptions withRecordDeadline(Duration deadline) {
        return changed(options -> options.recordDeadline = deadline);
    }

    public EngineOptions withOlderBrokers() {
        return changed(options -> options.olderBrokers = true);
    }

    /** Bounds of the waiting room of a task. */
    public EngineOptions withMaxWaiting(int records, int ofKey, long bytes) {
        return changed(options -> {
            options.maxWaitingRecords = records;
            options.maxWaitingOfKey = ofKey;
            options.maxWaitingBytes = bytes;
        });
    }

    public EngineOptions withMaxStagedRows(long rows) {
        return changed(options -> options.maxStagedRows = rows);
    }

    /** Bounds of a split, and of the checkpoints that its parts go through. */
    public EngineOptions withMaxSplit(int parts, long bytes, long checkpointBytes) {
        return changed(options -> {
            options.maxParts = parts;
            options.maxSplitBytes = bytes;
            options.maxCheckpointBytes = checkpointBytes;
        });
    }

    private EngineOptions changed(Consumer<ChangedOptions> change) {
        ChangedOptions options = new ChangedOptions(this);
        change.accept(options);
        return options.made();
    }

    /**
     * A thread that prepares is healthy: neither another one may fence it meanwhile, nor may the broker.
     *
     * @throws InvalidOptionException where the budget leaves no room for that
     */
    void requireRoomToPrepare() {
        Duration beforeTimeout = transactionTimeout.minus(REQUEST_TIMEOUT);
        Duration beforeForce = patience.minusMillis(1);
        within(
                "engine.prepare-budget",
                prepareBudget,
                LEAST_PREPARE,
                beforeForce.compareTo(beforeTimeout) < 0 ? beforeForce : beforeTimeout);
    }

    /** How many values one call of an operator may emit, and how many calls one record may ask for. */
    int maxAtOnce() {
        return Math.min(maxParts, MOST_AT_ONCE);
    }

    /** What a message may hold in memory with parts still to run; what it has beyond that goes on in later checkpoints. */
    long maxBytesOfRun() {
        return Math.min(maxCheckpointBytes, maxEffectsBytes / 4);
    }

    /** Of parts that are kept together, a single larger one aside. */
    int maxChunkBytes() {
        return (int) Math.min(maxBytesOfRun() / 2, LARGEST_CHUNK);
    }

    /** The limit of every topic that holds payloads. */
    public int maxRecordBytes() {
        return maxPayloadBytes + ENVELOPE_BYTES;
    }

    private static <C extends Comparable<C>> void within(String name, C value, C least, C most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw InvalidOptionException.outOfBounds("waybill." + name, least, most, value);
        }
    }

    private static void within(String name, long value, long least, long most) {
        within(name, Long.valueOf(value), Long.valueOf(least), Long.valueOf(most));
    }
}
