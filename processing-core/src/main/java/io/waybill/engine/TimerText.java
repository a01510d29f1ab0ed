package io.waybill.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.pipeline.Timer;
import java.time.Instant;

/** A timer as people read it where it became a dead letter: its time, a blank, its name. */
final class TimerText {

    static final String CONTENT_TYPE = "text/plain;charset=utf-8";

    private TimerText() {}

    static byte[] of(Timer timer) {
        String text = timer.name().isEmpty() ? timer.time().toString() : timer.time() + " " + timer.name();
        return text.getBytes(UTF_8);
    }

    /** @throws java.time.format.DateTimeParseException where it begins with no time */
    static Timer parse(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        int blank = text.indexOf(' ');
        return blank < 0
                ? new Timer("", Instant.parse(text))
                : new Timer(text.substring(blank + 1), Instant.parse(text.substring(0, blank)));
    }
}
