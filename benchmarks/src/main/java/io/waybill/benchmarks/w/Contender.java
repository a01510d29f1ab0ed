package io.waybill.benchmarks.w;

/** The systems under test, by the names that issues, reports and ratios use. */
enum Contender {
    RAW_COPY("raw-copy", RawCopy.class, false),
    KAFKA_STREAMS("kafka-streams", StreamsJob.class, true),
    WAYBILL("waybill", WaybillJob.class, true);

    private final String label;
    private final Class<?> main;
    private final boolean deduplicates;

    Contender(String label, Class<?> main, boolean deduplicates) {
        this.label = label;
        this.main = main;
        this.deduplicates = deduplicates;
    }

    static Contender of(String label) {
        for (Contender contender : values()) {
            if (contender.label.equals(label)) {
                return contender;
            }
        }
        throw new IllegalArgumentException("expected raw-copy, kafka-streams or waybill, but got " + label);
    }

    String label() {
        return label;
    }

    Class<?> main() {
        return main;
    }

    boolean deduplicates() {
        return deduplicates;
    }
}
