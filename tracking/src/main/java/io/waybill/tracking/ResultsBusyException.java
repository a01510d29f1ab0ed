package io.waybill.tracking;

/** As many wait for results in this process as may. Code {@code RESULTS_BUSY}. */
public final class ResultsBusyException extends RuntimeException {

    public static final String CODE = "RESULTS_BUSY";

    private static final long serialVersionUID = 1;

    private ResultsBusyException(String message) {
        super(CODE + ": " + message);
    }

    public static ResultsBusyException of(int most) {
        return new ResultsBusyException(
                "%d requests wait for results in this process: try again later".formatted(most));
    }
}
