package io.waybill.crew;

import io.waybill.engine.Ports;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A virtual thread for each call. */
public final class VirtualCalls implements Ports.Calls {

    @Override
    public <A> Runnable begin(String name, Supplier<A> call, Consumer<A> back) {
        Thread thread = Thread.ofVirtual().name("waybill-call-" + name).start(() -> back.accept(call.get()));
        return thread::interrupt;
    }
}
