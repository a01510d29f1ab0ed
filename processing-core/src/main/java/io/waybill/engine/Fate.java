package io.waybill.engine;

/** What the record says of something prepared (R6, R9). */
sealed interface Fate {

    record Committed() implements Fate {}

    record RolledBack() implements Fate {}

    /** Its writer may still decide: not yet. */
    record Open() implements Fate {}

    /** The evidence is gone or contradicts itself: nobody may guess. */
    record Unknown(String because) implements Fate {}
}
