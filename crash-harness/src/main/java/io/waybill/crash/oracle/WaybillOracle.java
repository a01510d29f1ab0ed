package io.waybill.crash.oracle;

import static io.waybill.crash.oracle.Violations.Kind.DEAD_LETTER_DOUBLED;
import static io.waybill.crash.oracle.Violations.Kind.DEAD_LETTER_INVENTED;
import static io.waybill.crash.oracle.Violations.Kind.DEAD_LETTER_LIFE_WRONG;
import static io.waybill.crash.oracle.Violations.Kind.DEAD_LETTER_LOST;
import static io.waybill.crash.oracle.Violations.Kind.RESULT_DOUBLED;
import static io.waybill.crash.oracle.Violations.Kind.RESULT_MISSING;
import static io.waybill.crash.oracle.Violations.Kind.RESULT_WRONG;

import com.google.protobuf.ByteString;
import io.waybill.crash.oracle.Expectation.Fate;
import io.waybill.format.LogFormats;
import io.waybill.format.OutcomeBlocks;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Result;
import io.waybill.format.v1.ResultBlock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What Waybill owes beyond the outputs: one result for each message, one dead letter for each failure. */
public final class WaybillOracle {

    private WaybillOracle() {}

    public static void judgeResults(
            Expectation expectation, List<ConsumerRecord<byte[], byte[]>> results, Violations violations) {
        Map<ByteString, List<FlowResult>> byFlow = new LinkedHashMap<>();
        flows(results)
                .forEach(result -> byFlow.computeIfAbsent(result.getTrackingId(), id -> new ArrayList<>())
                        .add(result));
        Map<String, ByteString> firstFlow = new HashMap<>();
        Map<String, Integer> duplicates = new HashMap<>();
        Map<String, ByteString> duplicateOf = new HashMap<>();
        byFlow.forEach((flow, ofFlow) -> {
            FlowResult last = ofFlow.getLast();
            String id = last.getMessageId();
            judgeNumbers(id, ofFlow, violations);
            if (last.getResult() == Result.DUPLICATE) {
                duplicates.merge(id, 1, Integer::sum);
                duplicateOf.put(id, last.getDuplicateOf());
            } else if (firstFlow.put(id, flow) != null) {
                violations.add(RESULT_DOUBLED, id + " took effect in two flows");
            } else {
                judge(id, expectation.byId().get(id), last, violations);
            }
        });
        expectation.byId().forEach((id, fate) -> {
            if (!firstFlow.containsKey(id)) {
                violations.add(RESULT_MISSING, id + " has no result");
            }
            int expected = fate.seen() - 1;
            int found = duplicates.getOrDefault(id, 0);
            if (found != expected) {
                violations.add(
                        found < expected ? RESULT_MISSING : RESULT_DOUBLED,
                        "%s has %d duplicates, but was recognised %d times".formatted(id, expected, found));
            }
            if (found > 0 && !Objects.equals(duplicateOf.get(id), firstFlow.get(id))) {
                violations.add(RESULT_WRONG, id + " is a duplicate of another flow than its first");
            }
        });
    }

    /** A repair supersedes the result before it: they are numbered without a gap, and none comes twice. */
    private static void judgeNumbers(String id, List<FlowResult> ofFlow, Violations violations) {
        for (int i = 0; i < ofFlow.size(); i++) {
            if (ofFlow.get(i).getNumber() != i + 1) {
                violations.add(
                        RESULT_DOUBLED,
                        "the results of a flow of %s are numbered %s"
                                .formatted(
                                        id,
                                        ofFlow.stream()
                                                .map(FlowResult::getNumber)
                                                .toList()));
                return;
            }
        }
    }

    /** The results in the blocks of the results topic. */
    public static List<FlowResult> flows(List<ConsumerRecord<byte[], byte[]>> blocks) {
        return blocks.stream()
                .map(block -> LogFormats.decode(ResultBlock.parser(), block.value(), "results"))
                .flatMap(block -> OutcomeBlocks.results(block, "results").stream())
                .toList();
    }

    private static void judge(String id, @Nullable Fate fate, FlowResult result, Violations violations) {
        if (fate == null) {
            violations.add(RESULT_WRONG, "nobody sent " + id);
            return;
        }
        boolean right = result.getResult().name().equals(fate.verdict().name())
                && result.getLeaves() == fate.succeeded() + fate.failed()
                && result.getFailed() == fate.failed()
                && result.getSucceeded() == fate.succeeded()
                && result.getNumber() <= 1 + fate.repairs();
        if (!right) {
            violations.add(RESULT_WRONG, "%s: expected %s, but was %s".formatted(id, fate, result));
        }
    }

    public static void judgeDeadLetters(
            Expectation expectation, List<ConsumerRecord<byte[], byte[]>> events, Violations violations) {
        Map<String, List<DeadLetterEvent>> lives = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : events) {
            DeadLetterEvent event = LogFormats.decode(DeadLetterEvent.parser(), record.value(), "a dead letter");
            lives.computeIfAbsent(event.getDeadLetterId(), id -> new ArrayList<>())
                    .add(event);
        }
        Set<String> found = new HashSet<>();
        lives.forEach((id, life) -> {
            DeadLetterEvent first = life.getFirst();
            String label = label(first);
            if (!first.hasCaptured() || first.getAttempt() != 0 || !expectation.isGivenUp(label)) {
                violations.add(DEAD_LETTER_INVENTED, "%s begins with %s".formatted(id, first.getEventCase()));
            } else if (!found.add(label)) {
                violations.add(DEAD_LETTER_DOUBLED, label);
            } else if (!expectation.hasBytesOf(
                            label, first.getCaptured().getPayload().toByteArray())
                    || !first.getCaptured().getErrorCode().equals("UNBOOKABLE")) {
                violations.add(DEAD_LETTER_INVENTED, label + " was captured otherwise than it was sent");
            } else {
                judgeLife(label, expectation.repairs().acts(label), life, violations);
            }
        });
        for (String label : expectation.givenUp()) {
            if (!found.contains(label)) {
                violations.add(DEAD_LETTER_LOST, label);
            }
        }
    }

    private static String label(DeadLetterEvent event) {
        var captured = event.getCaptured();
        return captured.getPathCount() == 0 ? captured.getMessageId() : captured.getLabel();
    }

    /** Each attempt once, in turn, with the end that it must have. */
    private static void judgeLife(
            String label, List<Repairs.Act> acts, List<DeadLetterEvent> life, Violations violations) {
        List<String> expected = new ArrayList<>();
        expected.add("0 CAPTURED");
        for (int attempt = 1; attempt <= acts.size(); attempt++) {
            switch (acts.get(attempt - 1).kind()) {
                case REPLAY -> expected.addAll(List.of(attempt + " ACCEPTED", attempt + " CAPTURED"));
                case REPLAY_EDITED -> expected.addAll(List.of(attempt + " ACCEPTED", attempt + " RESOLVED"));
                case DISCARD -> expected.add(attempt + " DISCARDED");
            }
        }
        List<String> actual = life.stream()
                .map(event -> event.getAttempt() + " " + event.getEventCase())
                .toList();
        if (!actual.equals(expected)) {
            violations.add(DEAD_LETTER_LIFE_WRONG, "%s: expected %s, but was %s".formatted(label, expected, actual));
        }
    }
}
