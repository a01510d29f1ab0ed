package io.waybill.testkit.flaw;

import io.waybill.engine.Ports;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Flaws of answers: they reach who asks last for the same record, though he has asked another call. */
public final class FlawedCalls implements Ports.Calls {

    private final FlawedLog log;
    private final Ports.Calls calls;
    private final Set<Object> givenUp = new HashSet<>();

    public FlawedCalls(FlawedLog log, Ports.Calls calls) {
        this.log = log;
        this.calls = calls;
    }

    @Override
    public <A> Runnable begin(String name, Supplier<A> call, Consumer<A> back) {
        int number = log.watch().asks(name, log, back);
        Object mine = new Object();
        Runnable interrupter = calls.begin(
                name + " #" + number, call, answer -> to(name, mine, back).accept(answer));
        return () -> {
            givenUp.add(mine);
            interrupter.run();
        };
    }

    @SuppressWarnings("unchecked")
    private <A> Consumer<A> to(String name, Object mine, Consumer<A> back) {
        Watch.Asks last = log.watch().askedLast(name);
        boolean isMisled = last.thread() == log
                ? log.has(Flaw.LATE_ANSWER_TAKEN) && givenUp.contains(mine)
                : log.has(Flaw.ANSWER_FROM_BEFORE_TAKEN);
        return isMisled ? (Consumer<A>) last.back() : back;
    }
}
