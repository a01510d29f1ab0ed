package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.log.LogWriter;
import io.waybill.pipeline.KafkaSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Outputs that the broker refused as they are, or the system of a two-phase sink: kept from the incarnation that had to abort for the next one, which fails
 * their records instead of sending them again. A process that forgets them finds them again. One thread.
 */
final class Refusals {

    /** By then the record was run, here or elsewhere; a replay of it much later must be sent again. */
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final Map<String, Refusal> pending = new LinkedHashMap<>();
    private final Map<String, Refusal> used = new LinkedHashMap<>();
    private final Map<String, Replay> replays = new LinkedHashMap<>();

    /** @param begunAt when it was run first */
    private record Replay(int attempt, Instant begunAt) {}

    /**
     * @param record flow and path
     * @param sink the operator's name
     */
    record Refusal(String record, String sink, String reason) {}

    /** What failed of the records of one checkpoint. For any thread. */
    static final class Watch implements LogWriter.FailureListener {

        private final List<Refusal> refused = new ArrayList<>();
        private @Nullable Throwable first;

        @Override
        public synchronized void failed(ProducerRecord<byte[], byte[]> record, Throwable failure) {
            Header id = record.headers().lastHeader(KafkaSource.MESSAGE_ID_HEADER);
            if (id != null && LogWriter.isRefusal(failure)) {
                refused.add(refusal(id.value(), failure));
            }
            if (first == null) {
                first = failure;
            }
        }

        /**
         * When all are answered.
         *
         * @throws OutputRefusedException naming the records whose outputs were refused
         */
        synchronized void requireNoneFailed() {
            if (!refused.isEmpty()) {
                throw new OutputRefusedException(refused);
            }
            if (first != null) {
                throw new CompletionException(first);
            }
        }

        /** The id of an output names its record. */
        private static Refusal refusal(byte[] id, Throwable reason) {
            String[] fields = new String(id, StandardCharsets.UTF_8).split("/", -1);
            return new Refusal(fields[0] + "/" + fields[1], fields[2], String.valueOf(reason.getMessage()));
        }
    }

    private final Map<String, Instant> foundAt = new LinkedHashMap<>();

    /** A new life begins: what the last one could not commit is still to be done. */
    void begin(Instant now) {
        pending.putAll(used);
        used.clear();
        foundAt.values().removeIf(found -> found.isBefore(now.minus(KEPT)));
        pending.keySet().retainAll(foundAt.keySet());
        replays.values().removeIf(replay -> replay.begunAt().isBefore(now.minus(KEPT)));
    }

    void add(OutputRefusedException refused, Instant now) {
        for (Refusal refusal : refused.refusals()) {
            pending.put(refusal.record(), refusal);
            foundAt.put(refusal.record(), now);
        }
    }

    static String record(TrackingId flow, PartPath path) {
        return flow + "/" + path;
    }

    /**
     * Once for each: if the record is run again by order of a person, its output is sent again. What was found of it before
     * may still be here: another thread has dealt with it meanwhile.
     *
     * @param attempt 0 unless it is a replay
     */
    @Nullable
    Refusal take(TrackingId flow, PartPath path, int attempt, Instant now) {
        if (pending.isEmpty() && attempt == 0) {
            return null;
        }
        String record = record(flow, path);
        if (attempt > 0 && isNew(record, attempt, now)) {
            pending.remove(record);
        }
        Refusal refusal = pending.remove(record);
        if (refusal != null) {
            used.put(record, refusal);
        }
        return refusal;
    }

    private boolean isNew(String record, int attempt, Instant now) {
        Replay last = replays.put(record, new Replay(attempt, now));
        return last == null || last.attempt() != attempt;
    }

    /** What was taken has become part of a checkpoint. */
    void committed() {
        used.clear();
    }
}
