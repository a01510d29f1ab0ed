package io.waybill.samples.payments.generator;

/** What is wrong with one payment. */
public enum Defect {
    IBAN("INVALID_IBAN"),
    BIC("INVALID_BIC"),
    AMOUNT("INVALID_AMOUNT"),
    CURRENCY("INVALID_CURRENCY");

    private final String code;

    Defect(String code) {
        this.code = code;
    }

    /** The error code that the payment's dead letter has to carry. */
    public String code() {
        return code;
    }
}
