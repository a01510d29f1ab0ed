package io.waybill.engine;

/**
 * A record about to run: where it enters the chain, and its bytes there.
 *
 * @param start index of the first operator; 0 is the stage's input, else the operator before it is a split; of a timer
 *     {@link #ofTimer}
 * @param label business name of a part, or empty
 * @param attempt 0, or the number of the replay
 */
record Entry(int start, PartPath path, byte[] payload, String label, int attempt) {

    /** No operator of this version. */
    static final int NOWHERE = Integer.MIN_VALUE;

    /** What one takes in memory and in a row besides its bytes. */
    private static final int ENVELOPE = 128;

    /** About what it takes until it runs. */
    long bytes() {
        return (long) ENVELOPE + payload.length + label.length();
    }

    /** The entry of a timer of this operator. */
    static int ofTimer(int operator) {
        return -1 - operator;
    }

    static boolean isTimer(int start) {
        return start < 0 && start != NOWHERE;
    }

    /** The operator whose timer enters here. */
    static int operatorOf(int start) {
        return -1 - start;
    }
}
