package io.waybill.sink;

/**
 * A step of the progress row (R12).
 *
 * @param log which log the offsets are of: the id of its topic
 * @param from where the progress row must stand; {@link #NOTHING} where there must be none
 * @param next where it stands then
 * @param told rejections of offsets below this were told, and need not be kept
 */
public record Turn(String log, long from, long next, long told) {

    /** No row of this log was ever applied. */
    public static final long NOTHING = -1;
}
