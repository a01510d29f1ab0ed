package io.waybill.pipeline;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A named, versioned graph of operators, declared as a Spring bean. Immutable.
 *
 * <pre>{@code
 * Pipeline.named("payment-files").version(1)
 *     .onFailure(retry(3).thenDeadLetter())
 *     .from(KafkaSource.topic("payments.files").value(Bytes.serde()))
 *     .deduplicate(Deduplicate.byMessageId().within(ofDays(7)).keyLocal())
 *     .map("read", PaymentFile::read)
 *     .splitIntoParts("payments", PaymentFile::payments, Json.of(Payment.class))
 *     .map("validate", Payment::validated)
 *     .to("cleared", KafkaSink.topic("payments.cleared").value(Json.of(Payment.class)))
 *     .build();
 * }</pre>
 *
 * @param deduplicate null where the team said that it accepts duplicates
 * @param operators in their order, without the duplicate check
 * @param stateChanges by operator and state, joined by a slash
 * @param flowDeadline within which a flow should have its first result; null where none was declared
 */
public record Pipeline(
        String name,
        int version,
        KafkaSource<?> source,
        @Nullable Deduplicate deduplicate,
        FailurePolicy policy,
        List<Operator> operators,
        Map<String, StateChange> stateChanges,
        @Nullable Duration flowDeadline) {

    /** The name of the stage that reads the source. */
    public static final String SOURCE_STAGE = "source";

    /** The name of the built-in stage in which flows of several stages become whole. */
    public static final String COMPLETION_STAGE = "completion";

    /** The name of the built-in stage in which message ids are claimed, where duplicates are recognised globally. */
    public static final String CLAIMS_STAGE = "claims";

    static final Set<String> OWN_STAGES = Set.of(SOURCE_STAGE, COMPLETION_STAGE);

    /** A resend may arrive in another partition than the first, and is recognised there. */
    public boolean isDeduplicatedGlobally() {
        return deduplicate != null && deduplicate.isGlobal();
    }

    public Pipeline {
        operators = List.copyOf(operators);
        stateChanges = Map.copyOf(stateChanges);
    }

    /** @param name 1 to 60 characters of {@code [a-z0-9-]}; part of topic names, so it never changes */
    public static Named named(String name) {
        return new Named(name, 1, FailurePolicy.deadLetter(), Map.of(), null);
    }

    /** Awaits the source. */
    public record Named(
            String name,
            int version,
            FailurePolicy policy,
            Map<String, StateChange> stateChanges,
            @Nullable Duration flowDeadline) {

        public Named {
            stateChanges = Map.copyOf(stateChanges);
        }

        /** Grows with each change of the pipeline; dead letters name it. 1 by default. */
        public Named version(int number) {
            return new Named(name, number, policy, stateChanges, flowDeadline);
        }

        /** For every operator that does not say otherwise. A dead letter without retries by default. */
        public Named onFailure(FailurePolicy other) {
            return new Named(name, version, other, stateChanges, flowDeadline);
        }

        /**
         * A flow that began here should have its first result within this time from when its first record was taken up. One
         * that has none by then is said to be overdue, in an incident that closes by itself; nothing else becomes of it. It
         * counts for flows that begin from now on, wherever they go on. None by default.
         *
         * @param within 1 ms to 366 days
         */
        public Named flowDeadline(Duration within) {
            return new Named(name, version, policy, stateChanges, within);
        }

        /**
         * Forgets stored state that this version no longer declares, or declares otherwise. Without effect where stored and
         * declared state agree; remove it when every task has run once.
         *
         * @param state operator and state, such as {@code "totals/spent"}
         */
        public Named dropState(String state) {
            return with(state, new StateChange.Drop());
        }

        /** The new serde of a state reads what the old one wrote, though its name says otherwise. */
        public Named keepState(String state) {
            return with(state, new StateChange.Keep());
        }

        /** Writes every value of a state anew before its task runs. Keys of maps cannot be migrated. */
        public <A, B> Named migrateState(
                String state, Serde<A> from, Fn<? super A, ? extends B> function, Serde<? super B> to) {
            return with(state, new StateChange.Migrate(bytes -> to.serialize(function.apply(from.deserialize(bytes)))));
        }

        private Named with(String state, StateChange change) {
            Map<String, StateChange> all = new HashMap<>(stateChanges);
            all.put(state, change);
            return new Named(name, version, policy, all, flowDeadline);
        }

        public <T> Flow<T> from(KafkaSource<T> source) {
            return new Flow<>(this, source);
        }
    }
}
