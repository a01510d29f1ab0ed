package io.waybill.crash.oracle;

import io.waybill.crash.job.JobSinks;
import io.waybill.crash.job.Order;
import io.waybill.crash.job.Order.Trouble;
import io.waybill.crash.oracle.Repairs.Ending;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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
    private final Map<String, Set<Output>> repairedByKey = new HashMap<>();
    private final Map<String, byte[]> givenUp = new HashMap<>();
    private final Map<Place, String> idByPlace = new HashMap<>();
    private final Repairs repairs;
    private int records;

    private Expectation(Repairs repairs) {
        this.repairs = repairs;
    }

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
     * @param lines of the order, or the order itself where it fails as a whole
     * @param failed of them in the end
     * @param repairs of the flow that may have led to a result of their own each
     */
    record Fate(Place first, int seen, Verdict verdict, int lines, int failed, int repairs) {

        /** Records of the flow that passed: a line that is booked is staged once for each staged sink. */
        int succeeded() {
            return (lines - failed) * JobSinks.staged();
        }

        Fate again() {
            return new Fate(first, seen + 1, verdict, lines, failed, repairs);
        }
    }

    /** Where nobody repairs anything. */
    public static Expectation of(List<ConsumerRecord<byte[], byte[]>> input) {
        return of(input, new Repairs());
    }

    /** @param input all records of the topic, in order within each partition */
    public static Expectation of(List<ConsumerRecord<byte[], byte[]>> input, Repairs repairs) {
        Expectation expectation = new Expectation(repairs);
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
        byId.put(
                order.id(),
                order.trouble() == Trouble.POISON ? whole(order, place, record.value()) : lines(order, place));
    }

    /** It fails before it is split; repaired, all its lines are booked. */
    private Fate whole(Order order, Place place, byte[] payload) {
        givenUp.put(order.id(), payload);
        if (repairs.ending(order.id()) == Ending.RESOLVED) {
            order.lines().forEach(line -> repaired(Output.of(line)));
            return new Fate(place, 1, Verdict.ACK, order.lines().size(), 0, 1);
        }
        return new Fate(place, 1, Verdict.NACK, 1, 1, repairs.ending(order.id()) == Ending.OPEN ? 0 : 1);
    }

    private Fate lines(Order order, Place place) {
        int failed = 0;
        int ended = 0;
        for (Order.Line line : order.lines()) {
            Output output = Output.of(line);
            if (line.trouble() == Trouble.POISON || line.trouble() == Trouble.OVERDRAWN) {
                givenUp.put(output.label(), JSON.writeValueAsBytes(line));
                Ending ending = repairs.ending(output.label());
                ended += ending == Ending.OPEN ? 0 : 1;
                if (ending == Ending.RESOLVED) {
                    repaired(output);
                } else {
                    failed++;
                }
            } else {
                bookedByKey
                        .computeIfAbsent(order.key(), key -> new ArrayList<>())
                        .add(output);
            }
        }
        int lines = order.lines().size();
        Verdict verdict = failed == 0 ? Verdict.ACK : failed == lines ? Verdict.NACK : Verdict.PARTIAL;
        return new Fate(place, 1, verdict, lines, failed, ended);
    }

    /** Booked once, when it was replayed: no order of its key holds for it (I4). */
    private void repaired(Output output) {
        repairedByKey.computeIfAbsent(output.key(), key -> new HashSet<>()).add(output);
    }

    /** Of the input topic, duplicates included. */
    public int records() {
        return records;
    }

    public int outputs() {
        return bookedByKey.values().stream().mapToInt(List::size).sum()
                + repairedByKey.values().stream().mapToInt(Set::size).sum();
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

    /** What replays booked, in any order. */
    Map<String, Set<Output>> repairedByKey() {
        return repairedByKey;
    }

    /** What every account must hold in the end. */
    Map<String, Long> totals() {
        Map<String, Long> totals = new HashMap<>();
        Stream.concat(bookedByKey.values().stream(), repairedByKey.values().stream())
                .flatMap(Collection::stream)
                .forEach(output -> totals.merge(output.account(), output.amount(), Long::sum));
        return totals;
    }

    /** Dead letters that nobody has brought to an end. */
    int open() {
        return (int) givenUp.keySet().stream()
                .filter(label -> repairs.ending(label) == Ending.OPEN)
                .count();
    }

    Repairs repairs() {
        return repairs;
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
