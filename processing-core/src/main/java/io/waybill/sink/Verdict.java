package io.waybill.sink;

/** What became of a commit. */
public sealed interface Verdict {

    /** By this call. */
    record Committed() implements Verdict {}

    /**
     * Nothing is prepared under this handle any more. Only what was prepared is ever committed, so an earlier call did
     * it.
     */
    record AlreadyCommitted() implements Verdict {}

    /** It is still prepared, and may be committed later: the sink is away, or busy. */
    record RetryLater(String reason) implements Verdict {}

    /** The sink will not do it, however often it is asked, until a person has changed something. */
    record Rejected(String reason) implements Verdict {}

    /** Nobody knows: there was no answer. It is asked again. */
    record Unknown(String reason) implements Verdict {}
}
