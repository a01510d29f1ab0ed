package io.waybill.testkit.history;

import io.waybill.format.v1.PartState;
import java.util.List;
import java.util.Set;

/** What a pipeline must make of a record, computed in another way than by the pipeline's own functions. */
public interface Oracle {

    /**
     * @param stage where it runs
     * @param entry empty: the stage's input; else the name of the split after which a part enters
     * @param replayed a person ordered it, or it is a part of what a person ordered: such a record stops nothing
     */
    Expected of(byte[] payload, String stage, String entry, boolean replayed);

    /** An output without what only the order of all records can tell. */
    default String comparable(String output) {
        return output;
    }

    /** The key under which an output is written. */
    default String outputKey(String flowKey, String output) {
        return flowKey;
    }

    /** Outputs that are equal in this must keep the order of their flows. */
    default String orderedBy(String outputKey, String output) {
        return outputKey;
    }

    /** Records may wait without that it is said, for the answers of other systems or behind parts before them. */
    default boolean waitsUnsaid() {
        return false;
    }

    /** What comes later of a key waits for what people make of a dead letter of it. */
    default boolean areInSequence(String stage) {
        return false;
    }

    /** A record was given up since processes ended while they ran it. False where the oracle allows that of this one. */
    default boolean isWronglyQuarantined(byte[] payload) {
        return true;
    }

    /** What is allowed to become of one record. */
    sealed interface Expected {

        /** It becomes parts with these payloads. */
        record Split(String name, List<byte[]> parts) implements Expected {}

        /**
         * It goes on to the next stage, as one record or as several that become its parts.
         *
         * @param mayFail how often it was tried decides
         * @param errorCode of its dead letter where it fails
         * @param outputs the values it writes on its way
         */
        record Forwarded(String stage, List<byte[]> payloads, boolean mayFail, String errorCode, List<String> outputs)
                implements Expected {

            public Forwarded(String stage, List<byte[]> payloads, boolean mayFail, String errorCode) {
                this(stage, payloads, mayFail, errorCode, List.of());
            }
        }

        /**
         * It ends in one of these states.
         *
         * @param outputs the values it writes where it passes
         * @param errorCode of its dead letter where it fails
         */
        record Leaf(Set<PartState> allowed, List<String> outputs, String errorCode) implements Expected {}
    }

    static Expected passes(String... outputs) {
        return new Expected.Leaf(Set.of(PartState.PASSED), List.of(outputs), "");
    }

    static Expected isFiltered() {
        return new Expected.Leaf(Set.of(PartState.FILTERED), List.of(), "");
    }

    static Expected fails(String errorCode) {
        return new Expected.Leaf(Set.of(PartState.DEAD_LETTERED), List.of(), errorCode);
    }

    /** How often it was tried decides, and crashes decide how often it was tried. */
    static Expected passesOrFails(String errorCode, String... outputs) {
        return new Expected.Leaf(Set.of(PartState.PASSED, PartState.DEAD_LETTERED), List.of(outputs), errorCode);
    }
}
