package io.waybill.crash.generator;

import io.waybill.crash.job.JobTopics;
import io.waybill.crash.job.Order;
import io.waybill.crash.process.Parent;
import io.waybill.crash.process.Word;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tools.jackson.databind.json.JsonMapper;

/** Sends at a steady rate; obeys {@code PAUSE}, {@code RESUME}, {@code RESEND n} (orders of any age) and {@code STOP}. */
public final class GeneratorMain {

    private static final Duration BATCH = Duration.ofMillis(50);

    private final JsonMapper json = new JsonMapper();
    private final Orders orders;
    private final Journal journal;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicInteger resends = new AtomicInteger();
    private volatile boolean stopped;
    private volatile boolean paused;
    private long number;

    private GeneratorMain(Orders orders, Journal journal, KafkaProducer<byte[], byte[]> producer) {
        this.orders = orders;
        this.journal = journal;
        this.producer = producer;
    }

    /** @param arguments bootstrap servers, journal, seed, orders per second */
    public static void main(String[] arguments) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                arguments[0],
                "acks",
                "all",
                "enable.idempotence",
                true,
                "linger.ms",
                0,
                // Longer than any outage of the harness: what is sent arrives, and in its order.
                "delivery.timeout.ms",
                240_000,
                "max.block.ms",
                240_000);
        try (Journal journal = new Journal(Path.of(arguments[1]));
                var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            GeneratorMain generator = new GeneratorMain(new Orders(Long.parseLong(arguments[2])), journal, producer);
            Parent.listen(generator::take);
            generator.run(Integer.parseInt(arguments[3]));
        }
    }

    private void take(String command) {
        String[] words = command.split(" ", -1);
        switch (words[0]) {
            case "STOP" -> stopped = true;
            case "PAUSE" -> paused = true;
            case "RESUME" -> paused = false;
            case "RESEND" -> resends.addAndGet(Integer.parseInt(words[1]));
            default -> throw new IllegalArgumentException("expected a command, but was: " + command);
        }
    }

    private void run(int perSecond) throws Exception {
        int each = Math.max(1, (int) (perSecond * BATCH.toMillis() / 1000));
        long next = System.nanoTime();
        while (!stopped) {
            if (paused) {
                Parent.tell(Word.PAUSED, number);
            } else {
                send(batch(each));
                Parent.tell(Word.SENT, number);
            }
            next = Math.max(next + BATCH.toNanos(), System.nanoTime() - BATCH.toNanos());
            LockSupport.parkNanos(next - System.nanoTime());
        }
        Parent.tell(Word.STOPPED, number);
    }

    private List<Order> batch(int size) {
        List<Order> batch = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            batch.add(orders.next());
        }
        int again = resends.getAndSet(0);
        for (int i = 0; i < again; i++) {
            batch.add(orders.resend());
        }
        return batch;
    }

    private void send(List<Order> batch) throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        long first = number + 1;
        for (Order order : batch) {
            String payload = json.writeValueAsString(order);
            int partition = Math.floorMod(order.key().hashCode(), JobTopics.PARTITIONS);
            journal.sends(++number, partition, payload);
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(JobTopics.ORDERS, partition, utf8(order.key()), utf8(payload));
            record.headers().add("Message-Id", utf8(order.id()));
            records.add(record);
        }
        journal.force();
        List<Future<RecordMetadata>> answers =
                records.stream().map(producer::send).toList();
        for (int i = 0; i < answers.size(); i++) {
            try {
                journal.acknowledged(first + i, answers.get(i).get().offset());
            } catch (ExecutionException unknown) {
                journal.failed(first + i, String.valueOf(unknown.getCause()));
            }
        }
        journal.force();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
