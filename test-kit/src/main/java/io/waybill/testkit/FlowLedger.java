package io.waybill.testkit;

import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.Outcome;
import io.waybill.format.v1.PartOutcome;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.Result;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** All that was said of one flow, added up anew and compared with its result. */
final class FlowLedger {

    private final String id;
    private final Map<String, PartOutcome> last = new LinkedHashMap<>();
    private final Set<String> attempts = new HashSet<>();
    /** Beginnings of the ids that its outputs may have. */
    private final Set<String> sinks = new HashSet<>();

    private final List<FlowResult> results = new ArrayList<>();
    private final List<FlowResult> published = new ArrayList<>();
    private final List<String> twice = new ArrayList<>();
    private final Set<String> topics;
    private boolean received;
    private boolean ofTimer;

    /** @param topics sinks whose outputs stand on topics */
    FlowLedger(String id, Set<String> topics) {
        this.id = id;
        this.topics = Set.copyOf(topics);
    }

    void take(String stage, Outcome outcome) {
        switch (outcome.getEventCase()) {
            case RECEIVED -> {
                received = true;
                ofTimer |= !outcome.getReceived().getCausedBy().isEmpty();
            }
            case PART -> part(stage, outcome.getPart());
            case RESULT -> results.add(outcome.getResult());
            case DUPLICATE, WAITING, OVERDUE, EVENT_NOT_SET -> {
                // They end nothing.
            }
        }
    }

    private void part(String stage, PartOutcome part) {
        String path = part.getPathList().stream().map(String::valueOf).collect(Collectors.joining("."));
        String record = stage + "[" + path + "]";
        if (!attempts.add(record + "#" + part.getAttempt())) {
            twice.add(record + "#" + part.getAttempt());
        }
        last.merge(record, part, (one, other) -> one.getAttempt() > other.getAttempt() ? one : other);
        part.getOutputsList().stream()
                .filter(topics::contains)
                .forEach(sink -> sinks.add(id + "/" + path + "/" + sink + "/"));
    }

    void published(FlowResult result) {
        published.add(result);
    }

    boolean isOfTimer() {
        return ofTimer;
    }

    boolean accountsFor(String output) {
        return sinks.contains(output.substring(0, output.lastIndexOf('/') + 1));
    }

    /** @param unfinished it need not be whole */
    void check(boolean unfinished, Set<String> outputs, List<String> violations) {
        twice.forEach(record -> violations.add("flow %s has two outcomes of %s".formatted(id, record)));
        if (!received) {
            violations.add("flow " + id + " was not received");
        }
        for (String sink : sinks) {
            if (outputs.stream().noneMatch(output -> output.startsWith(sink))) {
                violations.add("flow " + id + " has no output " + sink + "…, as an outcome says");
            }
        }
        if (!results.equals(published)) {
            violations.add("flow %s has other results on its topic: expected %s, but was %s"
                    .formatted(id, results, published));
        }
        if (results.isEmpty()) {
            if (!unfinished) {
                violations.add("flow " + id + " has no result");
            }
            return;
        }
        compare(results.getLast(), unfinished, violations);
    }

    private void compare(FlowResult result, boolean unfinished, List<String> violations) {
        if (result.getResult() == Result.DUPLICATE || unfinished) {
            return;
        }
        long succeeded = count(PartState.PASSED) + count(PartState.FILTERED);
        long open = count(PartState.DEAD_LETTERED);
        long leaves = succeeded + open + count(PartState.DISCARDED);
        List<Long> expected = List.of(leaves, succeeded, leaves - succeeded, open);
        List<Long> actual =
                List.of(result.getLeaves(), result.getSucceeded(), result.getFailed(), result.getOpenDeadLetters());
        if (!expected.equals(actual)) {
            violations.add("flow %s: expected leaves, succeeded, failed and open to be %s, but was %s"
                    .formatted(id, expected, actual));
        }
        Result judged = succeeded == leaves ? Result.ACK : succeeded == 0 ? Result.NACK : Result.PARTIAL;
        if (judged != result.getResult()) {
            violations.add("flow %s: expected %s, but was %s".formatted(id, judged, result.getResult()));
        }
    }

    private long count(PartState state) {
        return last.values().stream().filter(part -> part.getState() == state).count();
    }
}
