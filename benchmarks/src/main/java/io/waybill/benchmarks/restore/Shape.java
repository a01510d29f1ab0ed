package io.waybill.benchmarks.restore;

/**
 * How much state there is. Every message has an id of its own and leaves rows of its own.
 *
 * @param rowsPerMessage rows that one message writes
 * @param rowBytes of the value of a row
 */
record Shape(long messages, int rowsPerMessage, int rowBytes) {

    static final int PARTITIONS = 4;

    /** What a row takes besides its value: the message's number, the row's, the column. */
    private static final int KEY_BYTES = 24;

    /** @param arguments megabytes of changelog, then bytes of a row, rows of a message; each may be missing */
    static Shape of(String[] arguments) {
        long megabytes = number(arguments, 0, 1_000);
        int rowBytes = (int) number(arguments, 1, 200);
        int rows = (int) number(arguments, 2, 10);
        if (megabytes < 1 || rowBytes < 8 || rows < 1 || rows > 1_000) {
            throw new IllegalArgumentException(
                    "expected megabytes from 1, rows of 8 bytes or more, 1 to 1,000 of them a message, but got %d %d %d"
                            .formatted(megabytes, rowBytes, rows));
        }
        return new Shape(megabytes * 1_000_000 / ((long) rows * (rowBytes + KEY_BYTES)), rows, rowBytes);
    }

    private static long number(String[] arguments, int at, long otherwise) {
        return arguments.length <= at || arguments[at].isEmpty() ? otherwise : Long.parseLong(arguments[at]);
    }
}
