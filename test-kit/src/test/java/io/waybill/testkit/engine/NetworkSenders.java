package io.waybill.testkit.engine;

import io.waybill.log.Log;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.testkit.sim.Simulation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Who writes to a network's topics besides its pipelines: a sender with resends, a stranger who writes to the topics in
 * between and forges headers, and something that copies records with all they have.
 */
final class NetworkSenders {

    private static final String SOMEBODYS_FLOW = "0196f7a2-0000-8000-8000-00000000000a";
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Simulation simulation;
    private final Log log;
    private final Network network;
    private final RandomGenerator random;
    private final int messages;
    private int copies;
    private boolean done;

    NetworkSenders(Simulation simulation, Log log, Network network) {
        this.simulation = simulation;
        this.log = log;
        this.network = network;
        this.random = simulation.random();
        this.messages = random.nextInt(5, 30);
        this.copies = random.nextInt(4);
    }

    boolean areDone() {
        return done;
    }

    void send() {
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        try (LogWriter writer = log.writer()) {
            for (int number = 0; number < messages; number++) {
                ProducerRecord<byte[], byte[]> record =
                        sent.isEmpty() || random.nextInt(5) > 0 ? next(number) : sent.get(random.nextInt(sent.size()));
                sent.add(record);
                var unused = writer.send(record);
                writer.flush();
                simulation.await(Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(4_000) : 0), () -> false);
            }
        }
        done = true;
    }

    private ProducerRecord<byte[], byte[]> next(int number) {
        boolean inBetween = random.nextInt(5) == 0;
        String text = "m" + number;
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(inBetween ? Network.MIDDLE : Network.IN, bytes(Station.key(text)), bytes(text));
        record.headers().add("Message-Id", bytes("id-" + number));
        if (inBetween) {
            forge(record);
        }
        return record;
    }

    private void forge(ProducerRecord<byte[], byte[]> record) {
        // Two pipelines that read a message which says nothing of its cause would name their flows alike.
        switch (random.nextInt(network.readers(Network.MIDDLE) == 1 ? 4 : 2)) {
            case 3 -> record.headers().add("Waybill-Tracking-Id", bytes("nonsense"));
            case 1 -> record.headers().add("Waybill-Tracking-Id", bytes(SOMEBODYS_FLOW));
            case 0 -> {
                record.headers().add("Waybill-Tracking-Id", bytes(SOMEBODYS_FLOW));
                record.headers().add("Waybill-Continuation", new byte[] {1, (byte) random.nextInt(256), 7});
            }
            default -> {
                // Honest.
            }
        }
    }

    /** Copies a few of the records in between, into their own partitions. */
    void copy() {
        if (!network.recognisesDuplicates(Network.MIDDLE)) {
            return;
        }
        try (LogReader reader = log.reader();
                LogWriter writer = log.writer()) {
            List<TopicPartition> all = new ArrayList<>();
            for (int i = 0; i < NetworkHistory.PARTITIONS; i++) {
                all.add(new TopicPartition(Network.MIDDLE, i));
            }
            reader.assign(all);
            all.forEach(partition -> reader.seek(partition, 0));
            while (copies > 0) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(LOOK)) {
                    copyPerhaps(record, writer);
                }
                writer.flush();
            }
        }
    }

    private void copyPerhaps(ConsumerRecord<byte[], byte[]> record, LogWriter writer) {
        if (copies == 0 || random.nextInt(4) > 0) {
            return;
        }
        copies--;
        simulation.await(Duration.ofMillis(random.nextInt(20_000)), () -> false);
        byte @Nullable [] key = record.key();
        var unused = writer.send(
                new ProducerRecord<>(record.topic(), record.partition(), null, key, record.value(), record.headers()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
