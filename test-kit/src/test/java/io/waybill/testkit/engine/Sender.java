package io.waybill.testkit.engine;

import com.google.protobuf.ByteString;
import io.waybill.format.LogFormats;
import io.waybill.format.Sha256;
import io.waybill.format.v1.Claims;
import io.waybill.log.LogWriter;
import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.log.SimLog;
import io.waybill.testkit.sim.Simulation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends messages good and bad, some again, some under an id that is taken; one without an answer it sends again. */
final class Sender implements Runnable {

    /** The ledger takes no row of it. */
    static final String REFUSED = "refuse";

    private static final List<String> BEHAVIOURS = List.of(
            "ok", "ok", "ok", "ok", "twice", "drop", "poison", "boom", "flaky1", "flaky2", "flaky4", "huge", "guard1",
            "late", "later1", "later4", "slow", "stuck", REFUSED);

    private static final int MOST_KILLERS = 3;
    private static final int MOST_HUNG = 10;
    private static final int HASH_BYTES = 16;

    private final Simulation simulation;
    private final SimLog log;
    private final RandomGenerator random;
    private final Shape shape;
    private final int messages;
    private final List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
    private int killers;
    /** With their retries they take whole crews away, one after the other. */
    private int hungLeft;

    private boolean done;

    Sender(Simulation simulation, SimLog log, Shape shape) {
        this.simulation = simulation;
        this.log = log;
        this.random = simulation.random();
        this.shape = shape;
        this.messages = random.nextInt(10, 80);
        this.hungLeft = random.nextInt(MOST_HUNG);
    }

    boolean isDone() {
        return done;
    }

    @Override
    public void run() {
        try (LogWriter writer = log.writer()) {
            for (int number = 0; number < messages; number++) {
                ProducerRecord<byte[], byte[]> record = next(number);
                sent.add(record);
                send(writer, record);
                simulation.await(Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(4_000) : 0), () -> false);
            }
        }
        done = true;
    }

    private void send(LogWriter writer, ProducerRecord<byte[], byte[]> record) {
        boolean known = false;
        while (!known) {
            CompletableFuture<RecordMetadata> answer = writer.send(record);
            if (random.nextInt(3) > 0 && !answer.isDone()) {
                return;
            }
            try {
                answer.join();
                known = true;
            } catch (CompletionException unknown) {
                known = !(unknown.getCause() instanceof TimeoutException);
            }
        }
    }

    private ProducerRecord<byte[], byte[]> next(int number) {
        int draw = random.nextInt(20);
        if (!sent.isEmpty() && draw < 3) {
            ProducerRecord<byte[], byte[]> again = sent.get(random.nextInt(sent.size()));
            return shape.global() && random.nextBoolean() ? elsewhere(again) : again;
        }
        String key = "key-" + random.nextInt(6);
        String id = "id-" + number;
        if (!sent.isEmpty() && draw == 3) {
            ProducerRecord<byte[], byte[]> taken = sent.get(random.nextInt(sent.size()));
            key = taken.key() == null ? key : new String(taken.key(), StandardCharsets.UTF_8);
            id = idOf(taken);
        }
        if (shape.rekeys() && draw == 6) {
            return record(null, id, content(Workload.NO_KEY + number, number).getBytes(StandardCharsets.UTF_8));
        }
        if (draw == 4) {
            return record(key, id, new byte[] {(byte) 0xff, (byte) number});
        }
        if (draw == 5) {
            id = random.nextBoolean() ? "" : "i".repeat(600);
        }
        return record(key, id, content(key, number).getBytes(StandardCharsets.UTF_8));
    }

    /** Under another key. Where its own key is counted it must not be the first, nor be replayed as a conflict. */
    private ProducerRecord<byte[], byte[]> elsewhere(ProducerRecord<byte[], byte[]> again) {
        boolean may = again.key() != null && (shape.rekeys() || isKnown(again));
        return may
                ? new ProducerRecord<>(
                        again.topic(),
                        null,
                        null,
                        ("key-" + random.nextInt(6)).getBytes(StandardCharsets.UTF_8),
                        again.value(),
                        again.headers())
                : again;
    }

    /** Whether the first claim of its id is that of its payload. */
    private boolean isKnown(ProducerRecord<byte[], byte[]> again) {
        String topic = SimulatedEngine.TOPICS.stage(Workload.PIPELINE, Pipeline.CLAIMS_STAGE);
        if (log.isEmpty(topic)) {
            return false;
        }
        ByteString hash = ByteString.copyFrom(Sha256.of(again.value()), 0, HASH_BYTES);
        for (ConsumerRecord<byte[], byte[]> record : log.committed(topic)) {
            Claims claims = LogFormats.decode(Claims.parser(), record.value(), topic);
            int n = claims.getMessageIdsList().indexOf(idOf(again));
            if (n >= 0) {
                return claims.getPayloadHashes()
                        .substring(n * HASH_BYTES, (n + 1) * HASH_BYTES)
                        .equals(hash);
            }
        }
        return false;
    }

    private String content(String key, int number) {
        String head = key + "|" + number;
        if (random.nextInt(15) == 0) {
            return head + "#unreadable";
        }
        if (killsNow(20)) {
            return head + Killers.MESSAGE;
        }
        if (!shape.splits()) {
            return head + "|0|" + behaviour();
        }
        int most = shape.narrow() ? SimulatedEngine.MAX_PARTS + 1 : 7;
        int parts = random.nextInt(12) == 0 ? SimulatedEngine.MAX_PARTS + 1 : random.nextInt(most);
        List<String> behaviours = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            behaviours.add(behaviour());
        }
        return head + "#" + String.join(",", behaviours);
    }

    /** Each costs the time of several restarts. */
    private boolean killsNow(int oneIn) {
        boolean kills = shape.deadly() && killers < MOST_KILLERS && random.nextInt(oneIn) == 0;
        killers += kills ? 1 : 0;
        return kills;
    }

    /** A message that passes. */
    static ProducerRecord<byte[], byte[]> late(String key, Shape shape) {
        String content = key + "|late-" + key + (shape.splits() ? "#ok" : "|0|ok");
        return record(key, "late-" + key, content.getBytes(StandardCharsets.UTF_8));
    }

    private String behaviour() {
        if (killsNow(25)) {
            List<String> kill = shape.calls() ? Killers.CALLING : Killers.BEHAVIOURS;
            return kill.get(random.nextInt(kill.size()));
        }
        if (shape.calls() && random.nextInt(3) == 0) {
            return Asking.BEHAVIOURS.get(random.nextInt(Asking.BEHAVIOURS.size()));
        }
        String behaviour = BEHAVIOURS.get(random.nextInt(BEHAVIOURS.size()));
        if (behaviour.equals("stuck") && hungLeft > 0) {
            hungLeft--;
            return Slowness.HANGING;
        }
        return behaviour;
    }

    private static String idOf(ProducerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader("Message-Id");
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static ProducerRecord<byte[], byte[]> record(@Nullable String key, String id, byte[] value) {
        byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Workload.SOURCE, keyBytes, value);
        if (!id.isEmpty()) {
            record.headers().add("Message-Id", id.getBytes(StandardCharsets.UTF_8));
        }
        return record;
    }
}
