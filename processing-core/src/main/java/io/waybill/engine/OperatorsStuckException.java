package io.waybill.engine;

/** So many operators of a processing thread have not returned that none is left to run records. */
public final class OperatorsStuckException extends RuntimeException {

    public static final String CODE = "OPERATORS_STUCK";

    private static final long serialVersionUID = 1;

    private OperatorsStuckException(String message) {
        super(CODE + ": " + message);
    }

    static OperatorsStuckException of(String thread, int operators) {
        return new OperatorsStuckException(
                ("expected operators to return or to heed their interruption, but %d calls of processing thread %s did"
                                + " neither: its tasks are other threads' until one is back")
                        .formatted(operators, thread));
    }
}
