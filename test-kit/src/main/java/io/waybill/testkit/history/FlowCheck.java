package io.waybill.testkit.history;

import io.waybill.format.TrackingId;
import io.waybill.format.v1.DeadLetterEvent;
import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.PartOutcome;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.Result;
import io.waybill.pipeline.Pipeline;
import io.waybill.testkit.history.History.Arrival;
import io.waybill.testkit.history.Oracle.Expected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes one flow: its first run, then people's orders in the order of the log, each against the row its dead letter
 * would have. Compares every outcome, event, output and result.
 */
final class FlowCheck {

    private static final String BEHIND = "BEHIND_DEAD_LETTER";
    private static final String OUT_OF_TURN = " has the same key and is before it";
    private static final Expected QUARANTINE = Oracle.fails("QUARANTINED");

    private final History.Names names;
    private final Oracle oracle;
    private final Observed observed;
    private final Violations violations;
    private final Map<String, PartOutcome> parts = new HashMap<>();
    private final Map<String, Integer> open = new LinkedHashMap<>();
    private final List<Observed.Output> firstOutputs = new ArrayList<>();
    private final List<Observed.Output> outputs = new ArrayList<>();
    private final Map<String, List<String>> events = new LinkedHashMap<>();
    private String flow = "";
    private String key = "";
    private long leaves;
    private long succeeded;
    private int repairs;
    private int resultNumber;
    private int expectedParts;
    private boolean waited;
    private boolean keyless;

    FlowCheck(History.Names names, Oracle oracle, Observed observed, Violations violations) {
        this.names = names;
        this.oracle = oracle;
        this.observed = observed;
        this.violations = violations;
    }

    /**
     * What is left of a flow.
     *
     * @param open the last attempt of each dead letter that is not terminal, by id
     */
    record Verdict(
            Arrival arrival,
            Map<String, Integer> open,
            long leaves,
            long succeeded,
            int resultNumber,
            List<Observed.Output> firstOutputs) {}

    /**
     * A record of the flow about to run; {@code refusal} is why it must not.
     *
     * @param hasTurn others of its key wait for it where it fails for good
     */
    private record Run(
            String stage,
            String path,
            byte[] payload,
            String entry,
            int attempt,
            boolean fresh,
            boolean replayed,
            boolean hasTurn,
            @Nullable String refusal) {

        Run {
            payload = payload.clone();
        }

        Run part(int number, byte[] part, String split) {
            return new Run(stage, child(number), part, split, 0, true, replayed, hasTurn, null);
        }

        Run forwarded(String next, byte[] forwarded) {
            return new Run(next, path, forwarded, "", attempt, true, false, true, null);
        }

        Run forwarded(String next, int number, byte[] forwarded) {
            return new Run(next, child(number), forwarded, "", 0, true, false, true, null);
        }

        private String child(int number) {
            return path.isEmpty() ? "" + number : path + "-" + number;
        }

        String name() {
            return FlowCheck.name(stage, path, attempt);
        }
    }

    Verdict check(Arrival arrival) {
        flow = arrival.flow().toString();
        key = Observed.text(arrival.record().key());
        keyless = arrival.record().key() == null;
        List<Observed.Said> outcomes = observed.outcomes.getOrDefault(arrival.flow(), List.of());
        violations.expectEqual(
                flow + " is received",
                1L,
                outcomes.stream().filter(said -> said.outcome().hasReceived()).count());
        indexParts(outcomes);
        waited = oracle.waitsUnsaid()
                || outcomes.stream().anyMatch(said -> said.outcome().hasWaiting());
        switch (arrival.identity()) {
            case Arrival.Identity.Duplicate duplicate -> checkDuplicate(arrival, duplicate.first(), outcomes);
            case Arrival.Identity.First first -> checkRun(arrival, null, outcomes);
            case Arrival.Identity.Refused refused -> checkRun(arrival, refused.code(), outcomes);
        }
        violations.expectEqual(flow + " says how many records it had", expectedParts, parts.size());
        checkOutputs(arrival.flow());
        return new Verdict(arrival, open, leaves, succeeded, resultNumber, firstOutputs);
    }

    private void indexParts(List<Observed.Said> outcomes) {
        for (Observed.Said said : outcomes) {
            Outcome outcome = said.outcome();
            if (outcome.hasPart()) {
                PartOutcome part = outcome.getPart();
                String name = name(said.stage(), path(part.getPathList()), part.getAttempt());
                if (parts.put(name, part) != null) {
                    violations.add(flow + " has two outcomes of record " + name);
                }
            }
        }
    }

    private void checkDuplicate(Arrival arrival, Arrival first, List<Observed.Said> outcomes) {
        List<String> named = outcomes.stream()
                .map(Observed.Said::outcome)
                .filter(Outcome::hasDuplicate)
                .map(o -> TrackingId.of(o.getDuplicate().getFirstTrackingId()).toString())
                .toList();
        violations.expectEqual(flow + " is a duplicate of", List.of(first.flow().toString()), named);
        outcomes.stream()
                .map(Observed.Said::outcome)
                .filter(Outcome::hasDuplicate)
                .forEach(outcome -> violations.expectEqual(
                        flow + " says where its first is",
                        first.record().partition() + "@" + first.record().offset(),
                        outcome.getDuplicate().getFirstPartition() + "@"
                                + outcome.getDuplicate().getFirstOffset()));
        List<FlowResult> results = results(arrival.flow(), outcomes);
        violations.expectEqual(flow + " has one result", 1, results.size());
        for (FlowResult result : results) {
            violations.expectEqual(flow + " ends as", Result.DUPLICATE, result.getResult());
            violations.expectEqual(flow + " repeats", first.flow().toByteString(), result.getDuplicateOf());
        }
    }

    private void checkRun(Arrival arrival, @Nullable String refusal, List<Observed.Said> outcomes) {
        byte[] payload = arrival.record().value();
        run(new Run(Pipeline.SOURCE_STAGE, "", payload, "", 0, true, false, true, refusal), firstOutputs);
        outputs.addAll(0, firstOutputs);
        events.forEach((id, expected) -> violations.expectEqual(
                "events of dead letter " + id,
                expected,
                observed.deadLetters.getOrDefault(id, List.of()).stream()
                        .filter(event -> !event.hasBehind())
                        .map(FlowCheck::describe)
                        .toList()));
        checkResults(results(arrival.flow(), outcomes));
    }

    /** @return whether it did not fail */
    private boolean run(Run run, List<Observed.Output> into) {
        Expected expected = run.refusal() == null
                ? oracle.of(run.payload(), run.stage(), run.entry(), run.replayed())
                : new Expected.Leaf(Set.of(PartState.DEAD_LETTERED), List.of(), run.refusal());
        PartOutcome actual = parts.get(run.name());
        expectedParts++;
        if (actual != null && isInSequence(run) && actual.getErrorCode().equals(BEHIND)) {
            // How many waited there nobody recomputes.
            expected = Oracle.fails(BEHIND);
        }
        if (actual != null && run.refusal() == null && isQuarantined(actual) && !QUARANTINE.equals(expected)) {
            expected = oracle.isWronglyQuarantined(run.payload()) ? expected : QUARANTINE;
        }
        if (actual == null) {
            violations.add("%s has no outcome of record %s, expected %s".formatted(flow, run.name(), expected));
            return false;
        }
        return switch (expected) {
            case Expected.Split split -> {
                violations.expectEqual(flow + run.path() + " state", PartState.SPLIT, actual.getState());
                violations.expectEqual(
                        flow + run.path() + " parts", split.parts().size(), actual.getParts());
                for (int i = 0; i < split.parts().size(); i++) {
                    run(run.part(i + 1, split.parts().get(i), split.name()), into);
                }
                yield true;
            }
            case Expected.Forwarded forwarded -> wentOn(run, forwarded, actual, into);
            case Expected.Leaf leaf -> ended(run, leaf, actual, into);
        };
    }

    private static boolean isQuarantined(PartOutcome outcome) {
        return outcome.getState() == PartState.DEAD_LETTERED
                && outcome.getErrorCode().equals("QUARANTINED");
    }

    private boolean wentOn(Run run, Expected.Forwarded expected, PartOutcome actual, List<Observed.Output> into) {
        if (expected.mayFail() && actual.getState() == PartState.DEAD_LETTERED) {
            return ended(
                    run,
                    new Expected.Leaf(Set.of(PartState.DEAD_LETTERED), List.of(), expected.errorCode()),
                    actual,
                    into);
        }
        wrote(run, expected.outputs(), into);
        List<byte[]> payloads = expected.payloads();
        boolean one = payloads.size() == 1;
        violations.expectEqual(
                flow + "/" + run.name() + " state", one ? PartState.FORWARDED : PartState.SPLIT, actual.getState());
        violations.expectEqual(flow + "/" + run.name() + " went on as", one ? 0 : payloads.size(), actual.getParts());
        for (int i = 0; i < payloads.size(); i++) {
            run(
                    one
                            ? run.forwarded(expected.stage(), payloads.get(0))
                            : run.forwarded(expected.stage(), i + 1, payloads.get(i)),
                    into);
        }
        return true;
    }

    private boolean ended(Run run, Expected.Leaf expected, PartOutcome actual, List<Observed.Output> into) {
        String record = flow + "/" + run.name();
        if (!expected.allowed().contains(actual.getState())) {
            violations.add("%s: expected %s, but was %s %s"
                    .formatted(record, expected.allowed(), actual.getState(), actual.getErrorMessage()));
        }
        if (run.fresh()) {
            leaves++;
        }
        if (actual.getState() != PartState.DEAD_LETTERED) {
            succeeded++;
            passed(run, expected, actual, into);
            return true;
        }
        violations.expectEqual(record + " error code", expected.errorCode(), actual.getErrorCode());
        captured(run);
        if (run.fresh()) {
            obey(run, into);
        }
        return false;
    }

    private void passed(Run run, Expected.Leaf expected, PartOutcome actual, List<Observed.Output> into) {
        if (actual.getState() == PartState.PASSED) {
            wrote(run, expected.outputs(), into);
        }
    }

    private void wrote(Run run, List<String> outputs, List<Observed.Output> into) {
        for (int i = 0; i < outputs.size(); i++) {
            String id = flow + "/" + run.path().replace('-', '.') + "/out/" + i;
            into.add(new Observed.Output(id, oracle.outputKey(key, outputs.get(i)), outputs.get(i)));
        }
    }

    private void captured(Run run) {
        String id = deadLetterId(run);
        expectEvent(id, "captured %d".formatted(run.attempt()));
        observed.deadLetters.getOrDefault(id, List.of()).stream()
                .filter(e -> e.hasCaptured() && e.getAttempt() == run.attempt())
                .forEach(e -> {
                    if (!Arrays.equals(e.getCaptured().getPayload().toByteArray(), run.payload())) {
                        violations.add("dead letter " + id + " does not hold the original bytes");
                    }
                    violations.expectEqual(
                            "entry of " + id, run.entry(), e.getCaptured().getEntry());
                    if (run.fresh()) {
                        violations.expectEqual(
                                "others wait for " + id,
                                isInSequence(run),
                                e.getCaptured().getInSequence());
                    }
                });
    }

    /** What was refused unrun had no turn; what a replay led to has that of its dead letter, where others wait for it. */
    private boolean isInSequence(Run run) {
        boolean keyed = !run.stage().equals(Pipeline.SOURCE_STAGE) || !keyless;
        return oracle.areInSequence(run.stage()) && keyed && run.fresh() && run.hasTurn() && run.refusal() == null;
    }

    /** Follows people's orders about a dead letter in the order of the log. */
    private void obey(Run failed, List<Observed.Output> into) {
        String id = deadLetterId(failed);
        int attempt = failed.attempt();
        boolean isOpen = true;
        boolean inSequence = isInSequence(failed);
        List<String> outOfTurn = outOfTurn(id);
        for (ReplayCommand command : observed.commands.getOrDefault(id, List.of())) {
            if (!isOpen) {
                expectEvent(id, refused(command, 0));
            } else if (command.getAttempt() > attempt + 1) {
                expectEvent(id, refused(command, attempt + 1));
            } else if (command.getAttempt() <= attempt) {
                // It was obeyed.
            } else if (command.getAction() == ReplayCommand.Action.LET_GO) {
                expectEvent(
                        id,
                        inSequence
                                ? "let go %d %s".formatted(command.getAttempt(), command.getReplayId())
                                : refused(command, attempt + 1));
                attempt += inSequence ? 1 : 0;
                inSequence = false;
            } else if (inSequence && outOfTurn.remove(refused(command, attempt + 1))) {
                expectEvent(id, refused(command, attempt + 1));
            } else {
                // While all of its key waits for it, what it does is in its place.
                isOpen = !repaired(id, failed, command, inSequence, inSequence ? into : outputs);
                attempt = command.getAttempt();
            }
        }
        if (isOpen) {
            open.put(id, attempt);
        }
    }

    /** What was refused since others were before it. */
    private List<String> outOfTurn(String id) {
        return observed.deadLetters.getOrDefault(id, List.of()).stream()
                .filter(event ->
                        event.hasRefused() && event.getRefused().getReason().endsWith(OUT_OF_TURN))
                .map(FlowCheck::describe)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private boolean repaired(
            String id, Run failed, ReplayCommand command, boolean hasTurn, List<Observed.Output> into) {
        int attempt = command.getAttempt();
        if (command.getAction() == ReplayCommand.Action.DISCARD) {
            expectEvent(id, "discarded %d %s".formatted(attempt, command.getReplayId()));
            PartOutcome outcome = parts.get(name(failed.stage(), failed.path(), attempt));
            expectedParts++;
            violations.expectEqual(
                    id + " is discarded", PartState.DISCARDED, outcome == null ? null : outcome.getState());
            repairs++;
            return true;
        }
        expectEvent(id, "accepted %d %s".formatted(attempt, command.getReplayId()));
        byte[] payload = command.getPayload().toByteArray();
        boolean done = run(
                new Run(failed.stage(), failed.path(), payload, failed.entry(), attempt, false, true, hasTurn, null),
                into);
        if (done) {
            PartOutcome outcome = parts.get(name(failed.stage(), failed.path(), attempt));
            int children = outcome == null ? 0 : outcome.getParts();
            boolean others = children > 0 || (outcome != null && outcome.getState() == PartState.FORWARDED);
            leaves -= others ? 1 : 0;
            expectEvent(id, "resolved %d %s parts %d".formatted(attempt, command.getReplayId(), children));
            repairs++;
        }
        return done;
    }

    private static String refused(ReplayCommand command, int expected) {
        return "refused %d %s expected %d".formatted(command.getAttempt(), command.getReplayId(), expected);
    }

    private void expectEvent(String id, String event) {
        events.computeIfAbsent(id, i -> new ArrayList<>()).add(event);
    }

    private static String describe(DeadLetterEvent event) {
        return switch (event.getEventCase()) {
            case CAPTURED -> "captured %d".formatted(event.getAttempt());
            case ACCEPTED ->
                "accepted %d %s"
                        .formatted(event.getAttempt(), event.getAccepted().getReplayId());
            case REFUSED ->
                "refused %d %s expected %d"
                        .formatted(
                                event.getAttempt(),
                                event.getRefused().getReplayId(),
                                event.getRefused().getExpectedAttempt());
            case RESOLVED ->
                "resolved %d %s parts %d"
                        .formatted(
                                event.getAttempt(),
                                event.getResolved().getReplayId(),
                                event.getResolved().getParts());
            case DISCARDED ->
                "discarded %d %s"
                        .formatted(event.getAttempt(), event.getDiscarded().getReplayId());
            case LET_GO ->
                "let go %d %s".formatted(event.getAttempt(), event.getLetGo().getReplayId());
            case BEHIND -> "behind it wait %d".formatted(event.getBehind().getWaiting());
            case EVENT_NOT_SET -> "an event this version does not know";
        };
    }

    private List<FlowResult> results(TrackingId id, List<Observed.Said> outcomes) {
        List<FlowResult> said = outcomes.stream()
                .map(Observed.Said::outcome)
                .filter(Outcome::hasResult)
                .map(Outcome::getResult)
                .toList();
        violations.expectEqual(
                flow + " has the same results on both topics", said, observed.results.getOrDefault(id, List.of()));
        return said;
    }

    private void checkResults(List<FlowResult> results) {
        // Repairs that were made while records of the flow were between stages, or waited, have no result of their own.
        boolean allowed = (names.hasOneStage() && !waited)
                ? results.size() == repairs + 1
                : !results.isEmpty() && results.size() <= repairs + 1;
        if (!allowed) {
            violations.add("%s has %d results after %d repairs".formatted(flow, results.size(), repairs));
        }
        resultNumber = results.size();
        for (int i = 0; i < results.size(); i++) {
            violations.expectEqual(
                    flow + " result number", i + 1, results.get(i).getNumber());
        }
        if (results.isEmpty()) {
            return;
        }
        FlowResult last = results.getLast();
        violations.expectEqual(
                flow + " ends with leaves, succeeded, failed, open",
                List.of(leaves, succeeded, leaves - succeeded, (long) open.size()),
                List.of(last.getLeaves(), last.getSucceeded(), last.getFailed(), last.getOpenDeadLetters()));
        Result expected = succeeded == leaves ? Result.ACK : succeeded == 0 ? Result.NACK : Result.PARTIAL;
        violations.expectEqual(flow + " ends as", expected, last.getResult());
    }

    /** Each output once, none besides. */
    private void checkOutputs(TrackingId id) {
        List<Observed.Output> actual = observed.outputs.getOrDefault(id, List.of()).stream()
                .map(output -> new Observed.Output(output.id(), output.key(), oracle.comparable(output.value())))
                .toList();
        violations.expectEqual("outputs of " + flow, sorted(outputs), sorted(actual));
    }

    private static List<String> sorted(List<Observed.Output> outputs) {
        return outputs.stream().map(Observed.Output::toString).sorted().toList();
    }

    private String deadLetterId(Run run) {
        return flow + "." + run.stage() + "." + (run.path().isEmpty() ? "0" : run.path());
    }

    private static String name(String stage, String path, int attempt) {
        return stage + "[" + path + "]#" + attempt;
    }

    private static String path(List<Integer> steps) {
        return steps.stream().map(String::valueOf).collect(Collectors.joining("-"));
    }
}
