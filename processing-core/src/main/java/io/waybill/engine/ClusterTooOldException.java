package io.waybill.engine;

/** The cluster's transactions are weaker than the commit record needs. Code {@code TRANSACTIONS_TOO_OLD}. */
public final class ClusterTooOldException extends RuntimeException {

    public static final String CODE = "TRANSACTIONS_TOO_OLD";

    /** What may happen there, for whoever accepts it. */
    static final String WEAKER =
            "the end of a transaction that is delayed on the network can end the writer's next one,"
                    + " so that a checkpoint is cut in two: lost or doubled outputs";

    private static final long serialVersionUID = 1;

    private ClusterTooOldException(String message) {
        super(CODE + ": " + message);
    }

    static ClusterTooOldException refused() {
        return new ClusterTooOldException(("expected brokers of Kafka 4.0 or newer, but these do not know"
                        + " transaction.version 2: %s; upgrade them, or accept that with"
                        + " waybill.engine.older-brokers=true")
                .formatted(WEAKER));
    }
}
