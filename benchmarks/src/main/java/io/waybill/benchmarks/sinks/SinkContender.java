package io.waybill.benchmarks.sinks;

import java.util.List;
import java.util.stream.Stream;

/** What brings the rows to their target, by the names that reports and ratios use. */
enum SinkContender {
    /** Waybill without a target: how long a checkpoint takes by itself. */
    TOPIC("topic", WaybillSinkJob.class, Place.NOWHERE),
    JDBC_BATCH("jdbc-batch", PlainSinkJob.class, Place.TABLE),
    TWO_PHASE_ROWS("two-phase-rows", WaybillSinkJob.class, Place.TABLE),
    STAGED_ROWS("staged-rows", WaybillSinkJob.class, Place.TABLE),
    FILE_WRITER("file-writer", PlainSinkJob.class, Place.FOLDER),
    TWO_PHASE_FILES("two-phase-files", WaybillSinkJob.class, Place.FOLDER);

    /** Where the rows are in the end. */
    enum Place {
        NOWHERE,
        TABLE,
        FOLDER
    }

    private final String label;
    private final Class<?> main;
    private final Place place;

    SinkContender(String label, Class<?> main, Place place) {
        this.label = label;
        this.main = main;
        this.place = place;
    }

    static SinkContender of(String label) {
        return Stream.of(values())
                .filter(contender -> contender.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of %s, but got %s"
                        .formatted(Stream.of(values()).map(SinkContender::label).toList(), label)));
    }

    String label() {
        return label;
    }

    Class<?> main() {
        return main;
    }

    Place place() {
        return place;
    }

    /** Those that promise more than the plain one before them, to the same place. */
    List<SinkContender> rivals() {
        return Stream.of(values())
                .filter(other -> other.place == place && other.main == WaybillSinkJob.class)
                .toList();
    }
}
