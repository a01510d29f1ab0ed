package io.waybill.crash.oracle;

import io.waybill.crash.job.Order;
import io.waybill.crash.job.Order.Trouble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.json.JsonMapper;

/**
 * What must come of the input topic, recomputed with plain code: the first record of an id takes effect, later ones are
 * duplicates; each line has a fate of its own.
 */
public final class Expectation {

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, Fate> byId = new LinkedHashMap<>();
    private final Map<String, List<Output>> bookedByKey = new HashMap<>();
    private final Map<String, byte[]> givenUp = new HashMap<>();
    private final Map<Place, String> idByPlace = new HashMap<>();
    private int records;

    /** Where a record stands in the input topic. */
    record Place(int partition, long offset) {}

    enum Verdict {
        ACK,
        NACK,
        PARTIAL
    }

    /**
     * What becomes of the orders of one id.
     *
     * @param first the record that takes effect
     * @param lines records of the flow that end: its lines, or the order itself where it fails as a whole
     */
    record Fate(Place first, int seen, Verdict verdict, int lines, int failed) {

        Fate again() {
            return new Fate(first, seen + 1, verdict, lines, failed);
        }
    }

    /** @param input all records of the topic, in order within each partition */
    public static Expectation of(List<ConsumerRecord<byte[], byte[]>> input) {
        Expectation expectation = new Expectation();
        for (ConsumerRecord<byte[], byte[]> record : input) {
            expectation.add(record);
        }
        return expectation;
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        records++;
        Order order = JSON.readValue(record.value(), Order.class);
        Place place = new Place(record.partition(), record.offset());
        idByPlace.put(place, order.id());
        Fate known = byId.get(order.id());
        if (known != null) {
            byId.put(order.id(), known.again());
            return;
        }
        if (order.trouble() == Trouble.POISON) {
            givenUp.put(order.id(), record.value());
            byId.put(order.id(), new Fate(place, 1, Verdict.NACK, 1, 1));
            return;
        }
        int failed = 0;
        for (Order.Line line : order.lines()) {
            Output output = Output.of(line);
            if (line.trouble() == Trouble.POISON || line.trouble() == Trouble.OVERDRAWN) {
                givenUp.put(output.label(), JSON.writeValueAsBytes(line));
                failed++;
            } else {
                bookedByKey
                        .computeIfAbsent(order.key(), key -> new ArrayList<>())
                        .add(output);
            }
        }
        int lines = order.lines().size();
        Verdict verdict = failed == 0 ? Verdict.ACK : failed == lines ? Verdict.NACK : Verdict.PARTIAL;
        byId.put(order.id(), new Fate(place, 1, verdict, lines, failed));
    }

    /** Of the input topic, duplicates included. */
    public int records() {
        return records;
    }

    public int outputs() {
        return bookedByKey.values().stream().mapToInt(List::size).sum();
    }

    public int failures() {
        return givenUp.size();
    }

    Map<String, Fate> byId() {
        return byId;
    }

    Map<Place, String> idByPlace() {
        return idByPlace;
    }

    /** In the order in which they must stand. */
    Map<String, List<Output>> bookedByKey() {
        return bookedByKey;
    }

    boolean isGivenUp(String label) {
        return givenUp.containsKey(label);
    }

    /** Labels of what must be given up. */
    Iterable<String> givenUp() {
        return givenUp.keySet();
    }

    boolean hasBytesOf(String label, byte[] payload) {
        return Arrays.equals(givenUp.get(label), payload);
    }
}
