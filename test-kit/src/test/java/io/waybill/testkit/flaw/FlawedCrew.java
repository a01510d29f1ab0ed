package io.waybill.testkit.flaw;

import io.waybill.engine.Ports;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Flaws of relieving each other. */
public record FlawedCrew(FlawedLog log, Ports.Crew crew) implements Ports.Crew {

    private static final Duration FOR_EVER = Duration.ofDays(1);

    @Override
    public void start(String name, Runnable member) {
        crew.start(name, member);
    }

    @Override
    public Runnable interrupter() {
        return crew.interrupter();
    }

    @Override
    public void forgetInterruption() {
        crew.forgetInterruption();
    }

    @Override
    public boolean await(Duration time, BooleanSupplier condition) {
        return crew.await(log.has(Flaw.NOBODY_RELIEVES) ? FOR_EVER : time, condition);
    }
}
