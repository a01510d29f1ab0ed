package io.waybill.engine;

import io.waybill.log.Log;
import io.waybill.store.LocalStores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Everything through which a processing thread touches the world. */
public record Ports(
        Log log,
        LocalStores stores,
        InstantSource clock,
        RandomGenerator random,
        StopSignal stop,
        DuplicateFilter.Factory duplicates,
        Probe probe) {

    /** Says whether the thread shall end, and lets it wait for that. */
    public interface StopSignal {

        boolean requested();

        /** Waits until the stop is requested or the time is over; true where it is requested. */
        boolean await(Duration time);
    }
}
