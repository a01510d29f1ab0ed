package io.waybill.pipeline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline recognises messages it has seen. Immutable. The scope has no default: {@link #keyLocal()} or {@link #globally()}
 * must be said, or the pipeline is refused.
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
        KEY_LOCAL,
        /** Under any key, so in any partition; ids are claimed in a stage of their own. */
        GLOBAL
    }

    public static Deduplicate byMessageId() {
        return new Deduplicate(DEFAULT_WINDOW, null);
    }

    public Deduplicate within(Duration other) {
        return new Deduplicate(other, scope);
    }

    /**
     * Senders resend under any key. A record waits until it is known whether it is the first, about two checkpoints, and
     * later ones of its key behind it; it costs several times as much as {@link #keyLocal()}.
     */
    public Deduplicate globally() {
        return new Deduplicate(window, Scope.GLOBAL);
    }

    public boolean isGlobal() {
        return scope == Scope.GLOBAL;
    }

    /**
     * How long an id is kept after its flow ended. Partitions of a source are not equally far: an id that one of them has
     * left behind may still come from another, so the global check keeps it for one more window.
     */
    public Duration kept() {
        return isGlobal() ? window.multipliedBy(2) : window;
    }

    /** Senders resend under the same key. A resend under another key is <em>not</em> recognised. */
    public Deduplicate keyLocal() {
        return new Deduplicate(window, Scope.KEY_LOCAL);
    }
}
