package io.waybill.pipeline;

import java.util.List;
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
 */
public record Pipeline(
        String name,
        int version,
        KafkaSource<?> source,
        @Nullable Deduplicate deduplicate,
        FailurePolicy policy,
        List<Operator> operators) {

    /** The name of the stage that reads the source. */
    public static final String SOURCE_STAGE = "source";

    /** The name of the built-in stage in which flows of several stages become whole. */
    public static final String COMPLETION_STAGE = "completion";

    static final Set<String> OWN_STAGES = Set.of(SOURCE_STAGE, COMPLETION_STAGE);

    public Pipeline {
        operators = List.copyOf(operators);
    }

    /** @param name 1 to 60 characters of {@code [a-z0-9-]}; part of topic names, so it never changes */
    public static Named named(String name) {
        return new Named(name, 1, FailurePolicy.deadLetter());
    }

    /** Awaits the source. */
    public record Named(String name, int version, FailurePolicy policy) {

        /** Grows with each change of the pipeline; dead letters name it. 1 by default. */
        public Named version(int number) {
            return new Named(name, number, policy);
        }

        /** For every operator that does not say otherwise. A dead letter without retries by default. */
        public Named onFailure(FailurePolicy other) {
            return new Named(name, version, other);
        }

        public <T> Flow<T> from(KafkaSource<T> source) {
            return new Flow<>(this, source);
        }
    }
}
