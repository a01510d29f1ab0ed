package io.waybill.benchmarks.w;

import java.util.List;

/** The systems under test, by the names that issues, reports and ratios use. */
enum Contender {
    RAW_COPY("raw-copy", RawCopy.class, false),
    KAFKA_STREAMS("kafka-streams", StreamsJob.class, true),
    WAYBILL("waybill", WaybillJob.class, true),
    WAYBILL_GLOBAL("waybill-global", WaybillGlobalJob.class, true);

    private final String label;
    private final Class<?> main;
    private final boolean deduplicates;

    /** Those that run where nobody names any: of Waybill the one that does what Kafka Streams does. */
    static List<Contender> usual() {
        return List.of(RAW_COPY, KAFKA_STREAMS, WAYBILL);
    }

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
        throw new IllegalArgumentException(
                "expected raw-copy, kafka-streams, waybill or waybill-global, but got " + label);
    }

    String label() {
        return label;
    }

    Class<?> main() {
        return main;
    }

    /** Records wait for what another task says of them. */
    boolean claims() {
        return this == WAYBILL_GLOBAL;
    }

    boolean deduplicates() {
        return deduplicates;
    }
}
