package io.waybill.pipeline;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a keyed operator with its state bound to the rows of one task. For engines and test kits; teams have no
 * use for it. One thread.
 */
public final class ProcessInstance {

    private final KeyedProcess<Object, Object, Object> process;

    private ProcessInstance(KeyedProcess<Object, Object, Object> process) {
        this.process = process;
    }

    /** @param rows gives the rows of each state that the operator declares */
    public static ProcessInstance open(Operator.Stateful operator, Function<StateDeclaration, StateRows> rows) {
        KeyedProcess<Object, Object, Object> process = operator.supplier().get();
        if (!process.claim()) {
            throw new IllegalStateException("operator '" + operator.name()
                    + "': expected a new instance for each task, but its supplier returned one that is in use");
        }
        for (State state : process.states()) {
            state.bind(rows.apply(state.declaration()));
        }
        return new ProcessInstance(process);
    }

    /**
     * A state of the operator as it is for one key, to be read outside of any call. The instance is of no other use from
     * then on.
     *
     * @return null where the operator declares no such state
     */
    public @Nullable State look(String name, byte[] key) {
        process.currentKey().set(key);
        return process.states().stream()
                .filter(state -> state.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** @param key of the record, as its bytes: the rows of its state stand under them */
    public void process(byte[] key, Object value, Context<Object, Object> context) throws Exception {
        process.currentKey().set(key);
        try {
            process.process(value, context);
        } finally {
            process.currentKey().clear();
        }
    }

    /** @param key of the timer, as its bytes */
    public void onTimer(byte[] key, Timer timer, Context<Object, Object> context) throws Exception {
        process.currentKey().set(key);
        try {
            process.onTimer(timer, context);
        } finally {
            process.currentKey().clear();
        }
    }
}
