package io.waybill.engine;

import io.waybill.log.Log;
import io.waybill.store.LocalStores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Everything through which a processing thread touches the world. */
public record Ports(
        Log log,
        LocalStores stores,
        InstantSource clock,
        RandomGenerator random,
        StopSignal stop,
        DuplicateFilter.Factory duplicates,
        Probe probe,
        Crew crew,
        Calls calls) {

    /** Threads for calls of other systems: as light as they are many. */
    public interface Calls {

        /**
         * Begins a call on a thread of its own.
         *
         * @param name for people who look at threads
         * @param call throws nothing
         * @param back is given what it returned, once, on the call's thread
         * @return interrupts the call; without effect once it is over
         */
        <A> Runnable begin(String name, Supplier<A> call, Consumer<A> back);
    }

    /** Threads that relieve each other at the helm of one processing thread. */
    public interface Crew {

        /** Runs {@code member} on a thread of its own, until it returns. */
        void start(String name, Runnable member);

        /** Whoever runs what this returns interrupts the thread that asked for it. */
        Runnable interrupter();

        /** Forgets that the calling thread was interrupted. */
        void forgetInterruption();

        /** Waits until the condition holds, looking now and then, or the time is over; true where it holds. */
        boolean await(Duration time, BooleanSupplier condition);
    }

    /** Says whether the thread shall end, and lets it wait for that. */
    public interface StopSignal {

        boolean requested();

        /** Waits until the stop is requested or the time is over; true where it is requested. */
        boolean await(Duration time);
    }
}
