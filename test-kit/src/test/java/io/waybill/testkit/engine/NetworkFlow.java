package io.waybill.testkit.engine;

import io.waybill.format.v1.FlowResult;
import io.waybill.format.v1.PartOutcome;
import io.waybill.format.v1.PartState;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.Result;
import io.waybill.pipeline.Pipeline;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Recomputes one flow through all the pipelines in which it goes on, with people's orders in each. */
final class NetworkFlow {

    private final Network network;
    private final NetworkObserved observed;
    private final Map<String, ConsumerRecord<byte[], byte[]>> legs;
    private final Function<Station, NetworkState> states;
    private final List<String> violations;
    private final List<String> outputs;
    private final Map<String, PartOutcome> parts = new HashMap<>();
    private String flow = "";
    private int expectedParts;
    private int repairs;

    /** @param legs taken out as flows go on with them */
    NetworkFlow(
            Network network,
            NetworkObserved observed,
            Map<String, ConsumerRecord<byte[], byte[]>> legs,
            Function<Station, NetworkState> states,
            List<String> violations,
            List<String> outputs) {
        this.network = network;
        this.observed = observed;
        this.legs = legs;
        this.states = states;
        this.violations = violations;
        this.outputs = outputs;
    }

    /** A record about to run. */
    private record Run(
            Station at,
            String stage,
            List<Integer> path,
            String text,
            String entry,
            int attempt,
            boolean fresh,
            NetworkTally tally) {

        Run child(int number, String of, String enters) {
            return new Run(at, stage, under(path, number), of, enters, 0, true, tally);
        }

        Run keyed(String of) {
            return new Run(at, Station.KEYED, path, of, "", attempt, true, tally);
        }

        String name() {
            return at.name() + "/" + stage + "[" + joined(path, "-") + "]#" + attempt;
        }
    }

    void check(Station at, ConsumerRecord<byte[], byte[]> record, String id) {
        flow = id;
        for (NetworkObserved.Said said : observed.outcomes.getOrDefault(flow, List.of())) {
            if (said.outcome().hasPart()) {
                PartOutcome part = said.outcome().getPart();
                String name = said.pipeline() + "/" + said.stage() + "[" + joined(part.getPathList(), "-") + "]#"
                        + part.getAttempt();
                if (parts.put(name, part) != null) {
                    violations.add(flow + " has two outcomes of record " + name);
                }
            }
        }
        NetworkTally tally = new NetworkTally(null);
        run(new Run(at, Pipeline.SOURCE_STAGE, List.of(), text(record), "", 0, true, tally));
        arrived(at, record, List.of(), tally);
        expectEqual("says how many records it had", expectedParts, parts.size());
        checkResults(at, tally);
    }

    private void arrived(Station at, ConsumerRecord<byte[], byte[]> record, List<Integer> path, NetworkTally tally) {
        String id = record.partition() + "/" + NetworkCheck.header(record, "Message-Id");
        states.apply(at).expect(flow, path, id, tally);
    }

    /** @return whether it did not fail */
    private boolean run(Run run) {
        expectedParts++;
        PartOutcome actual = parts.get(run.name());
        if (actual == null) {
            violations.add("%s has no outcome of record %s".formatted(flow, run));
            return false;
        }
        boolean first = run.stage().equals(Pipeline.SOURCE_STAGE);
        boolean enters = first && run.entry().isEmpty();
        Station at = run.at();
        if (enters ? at.poisons(run.text()) : !first && at.poisonsLate(run.text())) {
            expectEqual(run.name(), PartState.DEAD_LETTERED, actual.getState());
            expectEqual(run.name() + " code", Station.POISON, actual.getErrorCode());
            if (run.fresh()) {
                run.tally().leaves(1);
                obey(run);
            }
            return false;
        }
        if (enters && at.drops(run.text())) {
            ended(run, PartState.FILTERED, actual);
            return true;
        }
        List<Written> written = new ArrayList<>();
        if (enters) {
            at.early().forEach(outlet -> written.add(new Written(run.text(), outlet)));
        }
        if (enters && at.splits()) {
            goneOn(run, actual, at.parts(run.text()), written, PartState.FILTERED);
        } else if (first && at.rekeys()) {
            keyed(run, actual, written);
        } else {
            for (String value : at.values(run.text())) {
                at.outlets().forEach(outlet -> written.add(new Written(value, outlet)));
            }
            goneOn(run, actual, List.of(), written, PartState.PASSED);
        }
        return true;
    }

    private record Written(String value, Station.Outlet outlet) {}

    private void keyed(Run run, PartOutcome actual, List<Written> written) {
        List<Runnable> others = others(run, 1, written);
        boolean alone = others.isEmpty();
        expectEqual(run.name(), alone ? PartState.FORWARDED : PartState.SPLIT, actual.getState());
        expectEqual(run.name() + " goes on as", alone ? 0 : others.size() + 1, actual.getParts());
        Run same = alone ? run : run.child(1, run.text(), "");
        run(same.keyed(run.text()));
        others.forEach(Runnable::run);
    }

    /**
     * Its parts go on here, and behind them flows go on with some of its outputs.
     *
     * @param otherwise what it is where it has neither
     */
    private void goneOn(Run run, PartOutcome actual, List<String> parts, List<Written> written, PartState otherwise) {
        List<Runnable> others = others(run, parts.size(), written);
        if (parts.isEmpty() && others.isEmpty()) {
            ended(run, otherwise, actual);
            return;
        }
        expectEqual(run.name(), PartState.SPLIT, actual.getState());
        expectEqual(run.name() + " goes on as", parts.size() + others.size(), actual.getParts());
        for (int i = 0; i < parts.size(); i++) {
            run(run.child(i + 1, parts.get(i), Station.PARTS));
        }
        others.forEach(Runnable::run);
    }

    /** @param before how many parts it has besides */
    private List<Runnable> others(Run run, int before, List<Written> written) {
        List<Runnable> others = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            String value = written.get(i).value();
            Station.Outlet outlet = written.get(i).outlet();
            String id = flow + "/" + joined(run.path(), ".") + "/" + outlet.sink() + "/" + i;
            outputs.add(outlet.topic() + " " + id + " " + value);
            for (String reader : outlet.readers()) {
                List<Integer> path = under(run.path(), before + others.size() + 1);
                others.add(() -> goesOn(network.named(reader), id, value, path, run.tally()));
            }
        }
        return others;
    }

    private void ended(Run run, PartState state, PartOutcome actual) {
        expectEqual(run.name(), state, actual.getState());
        if (run.fresh()) {
            run.tally().leaves(1);
        }
        run.tally().succeeded();
    }

    private void goesOn(Station reader, String id, String text, List<Integer> path, NetworkTally emitters) {
        ConsumerRecord<byte[], byte[]> record = legs.remove(reader.name() + "/" + id);
        if (record == null) {
            violations.add("%s does not go on in %s with %s".formatted(flow, reader.name(), id));
            return;
        }
        NetworkTally tally = new NetworkTally(emitters);
        run(new Run(reader, Pipeline.SOURCE_STAGE, path, text, "", 0, true, tally));
        arrived(reader, record, path, tally);
    }

    private void obey(Run failed) {
        String id = flow + "." + failed.stage() + "." + (failed.path().isEmpty() ? "0" : joined(failed.path(), "-"));
        int attempt = 0;
        boolean open = true;
        for (ReplayCommand command : observed.commands.getOrDefault(id, List.of())) {
            if (open && command.getAttempt() == attempt + 1) {
                attempt++;
                open = !repaired(failed, command);
            }
        }
        if (open) {
            failed.tally().open(1);
            states.apply(failed.at()).expectDeadLetter(id, attempt);
        }
    }

    private boolean repaired(Run failed, ReplayCommand command) {
        if (command.getAction() == ReplayCommand.Action.DISCARD) {
            String name = replayed(failed, failed.text(), command).name();
            PartOutcome outcome = parts.get(name);
            expectedParts++;
            repairs++;
            expectEqual(name, PartState.DISCARDED, outcome == null ? "missing" : outcome.getState());
            return true;
        }
        Run again = replayed(failed, command.getPayload().toStringUtf8(), command);
        if (!run(again)) {
            return false;
        }
        PartOutcome outcome = parts.get(again.name());
        boolean others =
                outcome != null && (outcome.getState() == PartState.SPLIT || outcome.getState() == PartState.FORWARDED);
        failed.tally().leaves(others ? -1 : 0);
        repairs++;
        return true;
    }

    private static Run replayed(Run failed, String text, ReplayCommand command) {
        return new Run(
                failed.at(),
                failed.stage(),
                failed.path(),
                text,
                failed.entry(),
                command.getAttempt(),
                false,
                failed.tally());
    }

    private void checkResults(Station began, NetworkTally tally) {
        List<FlowResult> said = observed.outcomes.getOrDefault(flow, List.of()).stream()
                .filter(s -> s.outcome().hasResult())
                .map(s -> s.outcome().getResult())
                .toList();
        List<FlowResult> results = observed.results.getOrDefault(flow, List.of());
        expectEqual("has the same results on both topics", said, results);
        if (results.isEmpty() || results.size() > repairs + 1) {
            violations.add("%s has %d results after %d repairs".formatted(flow, results.size(), repairs));
            return;
        }
        for (int i = 0; i < results.size(); i++) {
            expectEqual("numbers its results", i + 1, results.get(i).getNumber());
        }
        FlowResult last = results.getLast();
        expectEqual("is told by", began.name(), last.getPipeline());
        expectEqual(
                "ends with",
                tally.toString(),
                NetworkTally.text(last.getLeaves(), last.getSucceeded(), last.getOpenDeadLetters()));
        expectEqual(
                "ends as",
                tally.failed() == 0 ? Result.ACK : tally.hasSucceeded() ? Result.PARTIAL : Result.NACK,
                last.getResult());
        states.apply(began).expectResults(flow, results.size());
    }

    private void expectEqual(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            violations.add("%s %s: expected %s, but was %s".formatted(flow, what, expected, actual));
        }
    }

    private static List<Integer> under(List<Integer> path, int number) {
        List<Integer> more = new ArrayList<>(path);
        more.add(number);
        return more;
    }

    static String joined(List<Integer> path, String separator) {
        return path.stream().map(String::valueOf).collect(Collectors.joining(separator));
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }
}
