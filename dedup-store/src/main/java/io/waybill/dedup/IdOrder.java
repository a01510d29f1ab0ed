package io.waybill.dedup;

/**
 * The order of ids in a run: by the upper half of their hashes, unsigned. The lower half is left to the filter's bits,
 * so the two are independent.
 */
final class IdOrder {

    private IdOrder() {}

    /** Between 0 and 2^32 - 1. */
    static long of(long hash) {
        return hash >>> Integer.SIZE;
    }

    /** Which of so many equal shares of all hashes it falls into; never decreases as the order goes on. */
    static int share(long hash, int shares) {
        return (int) ((of(hash) * shares) >>> Integer.SIZE);
    }
}
