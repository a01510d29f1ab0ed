package io.waybill.pipeline;

import java.util.ArrayList;
import java.util.List;

/**
 * A keyed operator: sees the records of each key in their order and remembers what it declares.
 *
 * <pre>{@code
 * final class DailyLimit extends KeyedProcess<String, Payment, Payment> {
 *     private final ValueState<Money> spent = valueState("spent", Json.of(Money.class)).ttl(ofDays(2));
 *
 *     @Override
 *     public void process(Payment payment, Context<String, Payment> ctx) {
 *         spent.set(spent.getOr(Money.ZERO).plus(payment.amount()));
 *         ctx.emit(payment);
 *     }
 * }
 * }</pre>
 *
 * <p>Each task has an instance of its own, so one thread calls it at a time and no lock is needed. State is declared in
 * fields and used in {@link #process} only. Whatever it throws leaves no change of state and no output: the failure
 * policy judges the record. What an instance keeps outside of declared state is lost with the task, and is not undone
 * when a record fails: keep nothing there that matters.
 *
 * @param <K> the key
 * @param <T> what it takes
 * @param <R> what it emits
 */
public abstract class KeyedProcess<K, T, R> {

    private final List<State> states = new ArrayList<>();
    private final CurrentKey key = new CurrentKey();
    private boolean claimed;

    /** A record of the context's key. */
    public abstract void process(T value, Context<K, R> ctx) throws Exception;

    /**
     * A timer of the context's key fires. It is a record of its own: what it changes and emits counts whole or not at
     * all, the operator's failure policy judges it, and what it emits belongs to a flow of its own.
     */
    public void onTimer(Timer timer, Context<K, R> ctx) throws Exception {
        throw Poison.because("TIMER_NOT_HANDLED", "a timer fired, but the operator has no onTimer: override it");
    }

    /** Declares one value for each key. */
    protected final <V> ValueState<V> valueState(String name, Serde<V> serde) {
        return declared(new ValueState<>(name, serde, key));
    }

    /** Declares a list for each key. */
    protected final <V> ListState<V> listState(String name, Serde<V> serde) {
        return declared(new ListState<>(name, serde, key));
    }

    /** Declares a map for each key. */
    protected final <M, V> MapState<M, V> mapState(String name, Serde<M> keySerde, Serde<V> serde) {
        return declared(new MapState<>(name, keySerde, serde, key));
    }

    private <S extends State> S declared(S state) {
        states.add(state);
        return state;
    }

    /** False where somebody has this instance already. */
    final boolean claim() {
        boolean free = !claimed;
        claimed = true;
        return free;
    }

    final List<State> states() {
        return states;
    }

    final CurrentKey currentKey() {
        return key;
    }
}
