package io.waybill.samples.payments.generator;

/** What is wrong with a file as a whole. */
public enum FileDefect {
    NONE(""),
    WRONG_CONTROL_SUM("CONTROL_SUM_MISMATCH"),
    WRONG_COUNT("COUNT_MISMATCH"),
    DTD("DTD_NOT_ALLOWED"),
    TRUNCATED("TRUNCATED_XML");

    private final String code;

    FileDefect(String code) {
        this.code = code;
    }

    /** The error code that the file's dead letter has to carry; empty with {@link #NONE}. */
    public String code() {
        return code;
    }
}
