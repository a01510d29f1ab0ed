package io.waybill.log.kafka;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The one place that unwraps what Kafka's clients wrap, so that the protocol's rules see the exceptions they speak of:
 * what a future carries, and what a producer in an error state hides behind a bare {@code KafkaException}.
 */
final class KafkaFailures {

    private KafkaFailures() {}

    /** Waits for an answer; the admin client's own time-out bounds it. */
    static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        } catch (ExecutionException failure) {
            Throwable cause = failure.getCause();
            throw unwrapped(cause == null ? failure : cause);
        }
    }

    /** Runs one call of a producer. */
    static void call(Runnable producerCall) {
        try {
            producerCall.run();
        } catch (KafkaException failure) {
            throw unwrapped(failure);
        }
    }

    static RuntimeException unwrapped(Throwable failure) {
        if (failure.getClass() == KafkaException.class && failure.getCause() instanceof KafkaException hidden) {
            return hidden;
        }
        return failure instanceof RuntimeException exception ? exception : new KafkaException(failure);
    }
}
