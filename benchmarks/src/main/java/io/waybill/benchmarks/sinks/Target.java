package io.waybill.benchmarks.sinks;

import java.io.IOException;
import java.sql.SQLException;

/** Where the rows arrive, looked at from outside. */
interface Target {

    /** How many have arrived. */
    long rows() throws SQLException, IOException;

    /** @throws IllegalStateException where not every row is there once */
    void verify(int rows) throws SQLException, IOException;

    static void require(String what, long expected, long found) {
        if (expected != found) {
            throw new IllegalStateException("expected %d %s, but found %d".formatted(expected, what, found));
        }
    }
}
