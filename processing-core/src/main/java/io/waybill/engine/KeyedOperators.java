package io.waybill.engine;

import io.waybill.pipeline.Operator;
import io.waybill.pipeline.Poison;
import io.waybill.pipeline.ProcessInstance;
import io.waybill.pipeline.StateDeclaration;
import io.waybill.pipeline.Timer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;

/** The keyed operators of one task: an instance of each, whose state lies in the layers of the record in processing. */
final class KeyedOperators {

    /** Of a chain that belongs to no task. */
    static final KeyedOperators NONE =
            new KeyedOperators(Instances::new, EngineOptions.DEFAULTS, InstantSource.fixed(Instant.EPOCH));

    private final Supplier<Instances> opening;
    private final EngineOptions options;
    private final InstantSource clock;
    private volatile Instances instances;
    private long logTimeMs;

    private KeyedOperators(Supplier<Instances> opening, EngineOptions options, InstantSource clock) {
        this.opening = opening;
        this.options = options;
        this.clock = clock;
        this.instances = opening.get();
    }

    static KeyedOperators open(
            List<Operator> operators, StateCatalog catalog, EngineOptions options, InstantSource clock) {
        return new KeyedOperators(() -> Instances.of(operators, catalog, options), options, clock);
    }

    /** From now on with new instances: a run that was given up may still use the old ones. */
    void renew() {
        instances = opening.get();
        instances.running.logTime(logTimeMs);
    }

    private record Instances(RunningScope running, IdentityHashMap<Operator.Stateful, ProcessInstance> byOperator) {

        Instances() {
            this(new RunningScope(), new IdentityHashMap<>());
        }

        static Instances of(List<Operator> operators, StateCatalog catalog, EngineOptions options) {
            Instances opened = new Instances();
            for (Operator operator : operators) {
                if (operator instanceof Operator.Stateful process) {
                    opened.byOperator.put(
                            process,
                            ProcessInstance.open(process, state -> opened.rows(catalog, process, state, options)));
                }
            }
            return opened;
        }

        private StateColumn rows(
                StateCatalog catalog, Operator.Stateful operator, StateDeclaration state, EngineOptions options) {
            StateCatalog.Current current = catalog.current(StateCatalog.name(operator.name(), state.name()));
            return new StateColumn(current.column(), current.ttlMs(), running, options.maxRecordBytes());
        }
    }

    /** Times to live are counted by the time of the records, in milliseconds since the epoch. */
    void logTime(long millis) {
        logTimeMs = millis;
        instances.running.logTime(millis);
    }

    /** @return what the operator emitted, in its order */
    List<Object> process(Operator.Stateful operator, Object value, RecordScope scope) throws OperatorFailure {
        return call(operator, scope, (instance, key, context) -> instance.process(key, value, context));
    }

    /** @return what the operator emitted, in its order */
    List<Object> onTimer(Operator.Stateful operator, Timer timer, RecordScope scope) throws OperatorFailure {
        return call(operator, scope, (instance, key, context) -> instance.onTimer(key, timer, context));
    }

    private List<Object> call(Operator.Stateful operator, RecordScope scope, Call call) throws OperatorFailure {
        Instances used = instances;
        // In this order: whoever was given up before the instances were renewed ends here, and never meets new ones.
        scope.requireLive();
        ProcessInstance instance = used.byOperator.get(operator);
        if (instance == null) {
            throw new IllegalStateException(
                    "operator '" + operator.name() + "' has no instance: the chain has no task");
        }
        byte[] key = keyOf(operator, scope);
        TimerRegistry timers = new TimerRegistry(operator.name(), key, scope);
        RecordContext context =
                new RecordContext(decoded(operator, key), timers, scope, clock.instant(), options.maxAtOnce());
        used.running.begin(scope);
        try {
            call.run(instance, key, context);
            return context.emitted();
        } catch (Throwable e) {
            throw OperatorFailure.of(operator.name(), operator.policy(), Thrown.byTeam(e));
        } finally {
            used.running.end();
            context.end();
        }
    }

    private static byte[] keyOf(Operator.Stateful operator, RecordScope scope) throws OperatorFailure {
        byte[] key = scope.record().key();
        if (key == null) {
            Poison missing =
                    Poison.because("KEY_MISSING", "expected a record with a key, since its state is kept by it");
            throw OperatorFailure.of(operator.name(), operator.policy(), missing);
        }
        return key;
    }

    private static Object decoded(Operator.Stateful operator, byte[] key) throws OperatorFailure {
        try {
            return OperatorChain.present(operator.key().deserialize(key));
        } catch (Throwable e) {
            throw OperatorFailure.undecodable(operator.name(), operator.policy(), Thrown.byTeam(e));
        }
    }

    private interface Call {
        void run(ProcessInstance instance, byte[] key, RecordContext context) throws Exception;
    }
}
