package io.waybill.crash.oracle;

import static io.waybill.crash.oracle.Violations.Kind.DEAD_LETTER_DOUBLED;
import static io.waybill.crash.oracle.Violations.Kind.DEAD_LETTER_INVENTED;
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
import java.util.HashMap;
import java.util.HashSet;
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
        Set<ByteString> flows = new HashSet<>();
        Map<String, ByteString> firstFlow = new HashMap<>();
        Map<String, Integer> duplicates = new HashMap<>();
        Map<String, ByteString> duplicateOf = new HashMap<>();
        for (FlowResult result : flows(results)) {
            String id = result.getMessageId();
            if (!flows.add(result.getTrackingId())) {
                violations.add(RESULT_DOUBLED, "two results of one flow of " + id);
            } else if (result.getResult() == Result.DUPLICATE) {
                duplicates.merge(id, 1, Integer::sum);
                duplicateOf.put(id, result.getDuplicateOf());
            } else if (firstFlow.put(id, result.getTrackingId()) != null) {
                violations.add(RESULT_DOUBLED, id + " took effect in two flows");
            } else {
                judge(id, expectation.byId().get(id), result, violations);
            }
        }
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
                && result.getLeaves() == fate.lines()
                && result.getFailed() == fate.failed()
                && result.getSucceeded() == fate.lines() - fate.failed()
                && result.getNumber() == 1;
        if (!right) {
            violations.add(RESULT_WRONG, "%s: expected %s, but was %s".formatted(id, fate, result));
        }
    }

    public static void judgeDeadLetters(
            Expectation expectation, List<ConsumerRecord<byte[], byte[]>> events, Violations violations) {
        Set<String> found = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : events) {
            DeadLetterEvent event = LogFormats.decode(DeadLetterEvent.parser(), record.value(), "a dead letter");
            DeadLetterEvent.EventCase kind = event.getEventCase();
            var captured = event.getCaptured();
            String label = captured.getPathCount() == 0 ? captured.getMessageId() : captured.getLabel();
            if (kind != DeadLetterEvent.EventCase.CAPTURED || event.getAttempt() != 0) {
                violations.add(DEAD_LETTER_INVENTED, "nobody replays here, but there is " + kind + " of " + label);
            } else if (!expectation.isGivenUp(label)) {
                violations.add(DEAD_LETTER_INVENTED, label + ": " + captured.getErrorMessage());
            } else if (!found.add(label)) {
                violations.add(DEAD_LETTER_DOUBLED, label);
            } else if (!expectation.hasBytesOf(label, captured.getPayload().toByteArray())
                    || !captured.getErrorCode().equals("UNBOOKABLE")) {
                violations.add(DEAD_LETTER_INVENTED, label + " was captured otherwise than it was sent");
            }
        }
        for (String label : expectation.givenUp()) {
            if (!found.contains(label)) {
                violations.add(DEAD_LETTER_LOST, label);
            }
        }
    }
}
