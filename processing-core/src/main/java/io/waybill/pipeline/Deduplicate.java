package io.waybill.pipeline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline recognises messages it has seen. Immutable. The scope has no default: {@link #keyLocal()} must be
 * said, or the pipeline is refused.
 *
 * @param window how long an id is remembered after its flow ended, in log time; 1 minute to 400 days
 * @param scope null until it was chosen
 */
public record Deduplicate(Duration window, @Nullable Scope scope) {

    public static final Duration DEFAULT_WINDOW = Duration.ofDays(7);

    public Deduplicate {
        if (window.compareTo(Duration.ofMinutes(1)) < 0 || window.compareTo(Duration.ofDays(400)) > 0) {
            throw new IllegalArgumentException("expected a window from 1 minute to 400 days, but was " + window);
        }
    }

    /** Where a resend of a message can arrive. */
    public enum Scope {
        /** Under the same key, so in the same partition; the check is in the record's own task. */
        KEY_LOCAL
    }

    public static Deduplicate byMessageId() {
        return new Deduplicate(DEFAULT_WINDOW, null);
    }

    public Deduplicate within(Duration other) {
        return new Deduplicate(other, scope);
    }

    /** Senders resend under the same key. A resend under another key is <em>not</em> recognised. */
    public Deduplicate keyLocal() {
        return new Deduplicate(window, Scope.KEY_LOCAL);
    }
}
