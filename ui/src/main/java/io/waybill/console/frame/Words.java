package io.waybill.console.frame;

import io.waybill.deadletters.DeadLetters.ReplayStatus;
import io.waybill.deadletters.DeadLetters.Status;
import io.waybill.tracking.FlowQueries.FlowStatus;
import io.waybill.tracking.FlowQueries.PartStatus;
import java.text.NumberFormat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers, times and states in words; the templates call it {@code words}. */
public final class Words {

    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Clock clock;

    Words(Clock clock) {
        this.clock = clock;
    }

    public String count(long number) {
        return NumberFormat.getIntegerInstance(Locale.ENGLISH).format(number);
    }

    /** "1 part", "12 parts". */
    public String count(long number, String one, String many) {
        return count(number) + " " + (number == 1 ? one : many);
    }

    public String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        return bytes < 1024 * 1024
                ? "%.1f KiB".formatted(bytes / 1024.0)
                : "%.1f MiB".formatted(bytes / (1024.0 * 1024.0));
    }

    public String utc(Instant at) {
        return UTC.format(at) + " UTC";
    }

    /** How long ago, in its largest unit: "12 s", "3 min", "5 h", "2 days". */
    public String age(Instant since) {
        Duration age = Duration.between(since, clock.instant());
        if (age.toSeconds() < 60) {
            return Math.max(0, age.toSeconds()) + " s";
        }
        if (age.toMinutes() < 60) {
            return age.toMinutes() + " min";
        }
        return age.toHours() < 48 ? age.toHours() + " h" : age.toDays() + " days";
    }

    /** A failing operator; the source's serde has no name. */
    public String operator(String operator) {
        return SourceOperator.toUrl(operator);
    }

    public Look look(FlowStatus status) {
        return Look.of(status);
    }

    public Look look(PartStatus status) {
        return Look.of(status);
    }

    public Look look(Status status) {
        return Look.of(status);
    }

    public Look look(ReplayStatus status) {
        return Look.of(status);
    }
}
