package io.waybill.engine;

import java.util.List;

/** Outputs were refused as they are. The checkpoint that holds them aborts; the next life knows their records. */
final class OutputRefusedException extends RuntimeException {

    static final String CODE = "OUTPUT_REFUSED";

    private static final long serialVersionUID = 1;

    private final transient List<Refusals.Refusal> refusals;

    OutputRefusedException(List<Refusals.Refusal> refusals) {
        super(CODE + ": " + refusals);
        this.refusals = refusals;
    }

    List<Refusals.Refusal> refusals() {
        return refusals;
    }
}
