package io.waybill.sink;

/** What became of raising a partition's epoch. */
public sealed interface Fence {

    /** Where nothing was ever committed for the partition. */
    long NOTHING = -1;

    /**
     * No earlier owner can prepare rows of this partition any more.
     *
     * @param next the next offset of the last claim that was committed; {@link #NOTHING} where there is none
     */
    record Raised(long epoch, long next) implements Fence {}

    /** Somebody holds the row: most likely it is prepared under some handle. */
    record Held() implements Fence {}
}
