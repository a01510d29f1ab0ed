package io.waybill.testkit;

import io.waybill.testkit.sim.SimulationException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A test asks for what is not there, or for what cannot be. The code at the beginning of the message is stable. */
public final class PipelineTestException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private PipelineTestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    private static PipelineTestException because(String format, Object... arguments) {
        return new PipelineTestException(format.formatted(arguments), null);
    }

    static PipelineTestException unknown(String what, String name, Collection<String> there) {
        return because(
                "UNKNOWN_%s: expected one of %s, but was '%s'",
                what.toUpperCase(java.util.Locale.ROOT).replace(' ', '_'), there, name);
    }

    static PipelineTestException wrongType(String what, Class<?> expected, Object actual) {
        return because(
                "WRONG_TYPE: expected %s to be of type %s, but was %s: %s",
                what, expected.getName(), actual.getClass().getName(), actual);
    }

    static PipelineTestException wrongKind(String state, String expected, String actual) {
        return because("WRONG_KIND: expected state '%s' to be a %s, but was a %s", state, expected, actual);
    }

    static PipelineTestException unwritable(String what, Object value, Throwable cause) {
        return new PipelineTestException(
                "UNWRITABLE: expected %s that its serde can write, but was %s of %s"
                        .formatted(what, value, value.getClass().getName()),
                cause);
    }

    static PipelineTestException unreadable(String what, Throwable cause) {
        return new PipelineTestException(
                "UNREADABLE: expected the serde of %s to read what it wrote, but it failed".formatted(what), cause);
    }

    static PipelineTestException notAKey(Object key) {
        return because(
                "NOT_A_KEY: expected a key of type String or byte[], since the source declares no serde for keys, but was %s",
                key.getClass().getName());
    }

    static PipelineTestException refused(String topic, Throwable cause) {
        return new PipelineTestException(
                "REFUSED: expected the topic '%s' to take the record, but it did not".formatted(topic), cause);
    }

    static PipelineTestException down() {
        return because("INSTANCE_DOWN: expected a running instance, but it crashed: restart it first");
    }

    static PipelineTestException up() {
        return because("INSTANCE_UP: expected a crashed instance, but it runs: crash it first");
    }

    static PipelineTestException notOpen(String deadLetter, Collection<String> open) {
        return because(
                "DEAD_LETTER_NOT_OPEN: expected an open dead letter, but was '%s'; open are %s", deadLetter, open);
    }

    static PipelineTestException notOne(String what, Collection<?> there) {
        return because("NOT_ONE: expected one %s, but were %d: %s", what, there.size(), there);
    }

    static PipelineTestException nothingSent() {
        return because("NOTHING_SENT: expected a message to ask about, but none was sent");
    }

    static PipelineTestException notSettled(String backlog, long seed, @Nullable SimulationException cause) {
        return new PipelineTestException(
                "NOT_SETTLED: expected the pipeline to come to rest, but it still has to do: %s (seed %d)"
                        .formatted(backlog, seed),
                cause);
    }
}
