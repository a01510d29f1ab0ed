package io.waybill.sink;

/** What became of a local transaction. Unless it is {@link Done}, nothing of it happened, or nobody knows. */
public sealed interface Applied permits Applied.Done, Applied.OutOfTurn, Applied.Refused, Unavailable {

    record Done() implements Applied {}

    /** The progress row stands elsewhere: another applier was faster, or the target is not what it was. */
    record OutOfTurn() implements Applied {}

    /**
     * A row will never be taken as it is, and nothing was written.
     *
     * @param known whether the rejection names the row for sure; otherwise it may be any of them
     */
    record Refused(Rejection rejection, boolean known) implements Applied {}
}
