package io.waybill.crash.oracle;

import static io.waybill.crash.oracle.Violations.Kind.ACKNOWLEDGED_INPUT_LOST;
import static io.waybill.crash.oracle.Violations.Kind.DEAD_LETTER_DOUBLED;
import static io.waybill.crash.oracle.Violations.Kind.DEAD_LETTER_INVENTED;
import static io.waybill.crash.oracle.Violations.Kind.DEAD_LETTER_LOST;
import static io.waybill.crash.oracle.Violations.Kind.INPUT_NOT_AS_SENT;
import static io.waybill.crash.oracle.Violations.Kind.ORDER_BROKEN;
import static io.waybill.crash.oracle.Violations.Kind.OUTPUT_DOUBLED;
import static io.waybill.crash.oracle.Violations.Kind.OUTPUT_INVENTED;
import static io.waybill.crash.oracle.Violations.Kind.OUTPUT_LOST;
import static io.waybill.crash.oracle.Violations.Kind.STATE_WRONG;

import io.waybill.crash.generator.Journal;
import io.waybill.crash.job.Booked;
import io.waybill.crash.job.JobTopics;
import io.waybill.crash.oracle.Expectation.Place;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every judged system owes: each acknowledged input there, each output once, in the order of its key,
 * each total the sum of what was booked on its account so far.
 */
public final class Oracle {

    private static final JsonMapper JSON = new JsonMapper();

    private Oracle() {}

    /** The log kept what it acknowledged, and holds nothing that the generator did not send. */
    public static void judgeInput(
            Map<Long, Journal.Sent> journal, List<ConsumerRecord<byte[], byte[]>> input, Violations violations) {
        Map<Place, String> payloads = new HashMap<>();
        Set<String> sent = new HashSet<>();
        journal.values().forEach(one -> sent.add(one.payload()));
        for (ConsumerRecord<byte[], byte[]> record : input) {
            String payload = new String(record.value(), StandardCharsets.UTF_8);
            payloads.put(new Place(record.partition(), record.offset()), payload);
            if (!sent.contains(payload)) {
                violations.add(INPUT_NOT_AS_SENT, "nobody sent %d@%d".formatted(record.partition(), record.offset()));
            }
        }
        for (Journal.Sent one : journal.values()) {
            if (one.offset() != null && !one.payload().equals(payloads.get(new Place(one.partition(), one.offset())))) {
                violations.add(ACKNOWLEDGED_INPUT_LOST, one.toString());
            }
        }
    }

    public static void judgeOutputs(
            Expectation expectation, List<ConsumerRecord<byte[], byte[]>> outputs, Violations violations) {
        judgeOutputs(
                JobTopics.BOOKED,
                expectation,
                outputs.stream().map(Oracle::booked).toList(),
                violations);
    }

    /** @param outputs of the place, in their order */
    static void judgeOutputs(String place, Expectation expectation, List<Booked> outputs, Violations violations) {
        Map<String, List<Output>> actualByKey = new HashMap<>();
        for (Booked booked : outputs) {
            actualByKey.computeIfAbsent(booked.key(), key -> new ArrayList<>()).add(Output.of(booked));
        }
        Set<String> keys = new HashSet<>(actualByKey.keySet());
        keys.addAll(expectation.bookedByKey().keySet());
        keys.addAll(expectation.repairedByKey().keySet());
        for (String key : keys) {
            judge(
                    key + " in " + place,
                    expectation.bookedByKey().getOrDefault(key, List.of()),
                    expectation.repairedByKey().getOrDefault(key, Set.of()),
                    actualByKey.getOrDefault(key, List.of()),
                    violations);
        }
    }

    private static void judge(
            String what, List<Output> expected, Set<Output> repaired, List<Output> actual, Violations violations) {
        if (repaired.isEmpty() && expected.equals(actual)) {
            return;
        }
        Map<Output, Integer> times = new HashMap<>();
        actual.forEach(output -> times.merge(output, 1, Integer::sum));
        Set<Output> wanted = new HashSet<>(expected);
        wanted.addAll(repaired);
        for (Output output : wanted) {
            if (!times.containsKey(output)) {
                violations.add(OUTPUT_LOST, "of %s: %s".formatted(what, output));
            }
        }
        times.forEach((output, count) -> {
            if (!wanted.contains(output)) {
                violations.add(OUTPUT_INVENTED, "of %s: %s".formatted(what, output));
            } else if (count > 1) {
                violations.add(OUTPUT_DOUBLED, "of %s: %d times %s".formatted(what, count, output));
            }
        });
        Set<Output> ordered = new HashSet<>(expected);
        List<Output> asWanted = expected.stream().filter(times::containsKey).toList();
        List<Output> asFound =
                actual.stream().filter(ordered::contains).distinct().toList();
        if (!asWanted.equals(asFound)) {
            violations.add(ORDER_BROKEN, "the outputs of " + what);
        }
    }

    /** Every total is the one before it and its own amount, in the order of the topic. */
    public static void judgeTotals(List<ConsumerRecord<byte[], byte[]>> outputs, Violations violations) {
        judgeTotals(JobTopics.BOOKED, outputs.stream().map(Oracle::booked), violations);
    }

    /** @param outputs of the place, in their order */
    static void judgeTotals(String place, Stream<Booked> outputs, Violations violations) {
        chain(place, outputs, violations);
    }

    /**
     * The same where the total is decided before the order of the topic is: amounts are positive, so the totals
     * themselves say in which order they were decided.
     */
    public static void judgeTotalsInAnyOrder(List<ConsumerRecord<byte[], byte[]>> outputs, Violations violations) {
        chain(
                JobTopics.BOOKED,
                outputs.stream().map(Oracle::booked).distinct().sorted(Comparator.comparingLong(Booked::total)),
                violations);
    }

    private static void chain(String place, Stream<Booked> outputs, Violations violations) {
        Map<String, Long> totals = new HashMap<>();
        outputs.forEach(booked -> {
            long total = totals.getOrDefault(booked.account(), 0L) + booked.amount();
            if (total != booked.total()) {
                violations.add(
                        STATE_WRONG, "in %s: expected a total of %d, but was %s".formatted(place, total, booked));
            }
            totals.put(booked.account(), booked.total());
        });
    }

    private static Booked booked(ConsumerRecord<byte[], byte[]> record) {
        return JSON.readValue(record.value(), Booked.class);
    }

    /** For systems that put what they give up on a topic, under its label. */
    public static void judgeGivenUp(
            Expectation expectation, List<ConsumerRecord<byte[], byte[]>> givenUp, Violations violations) {
        Set<String> found = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : givenUp) {
            String label = new String(record.key(), StandardCharsets.UTF_8);
            if (!expectation.isGivenUp(label)) {
                violations.add(DEAD_LETTER_INVENTED, label);
            } else if (!found.add(label)) {
                violations.add(DEAD_LETTER_DOUBLED, label);
            }
        }
        for (String label : expectation.givenUp()) {
            if (!found.contains(label)) {
                violations.add(DEAD_LETTER_LOST, label);
            }
        }
    }
}
