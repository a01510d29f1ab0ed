package io.waybill.sink;

/**
 * Why a row was not taken.
 *
 * @param offset of the row
 * @param code stable, such as {@value #BY_TARGET}
 */
public record Rejection(long offset, String code, String message) {

    /** The target refused it; the message says why in the target's own words. */
    public static final String BY_TARGET = "ROW_REJECTED";
}
