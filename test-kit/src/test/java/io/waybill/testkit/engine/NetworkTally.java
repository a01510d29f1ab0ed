package io.waybill.testkit.engine;

import org.jspecify.annotations.Nullable;

/** What a flow, or a leg of it, comes to; what counts for a leg counts for all that it is of. */
final class NetworkTally {

    private final @Nullable NetworkTally of;
    private long leaves;
    private long succeeded;
    private long open;

    NetworkTally(@Nullable NetworkTally of) {
        this.of = of;
    }

    void leaves(int more) {
        leaves += more;
        if (of != null) {
            of.leaves(more);
        }
    }

    void succeeded() {
        succeeded++;
        if (of != null) {
            of.succeeded();
        }
    }

    void open(int more) {
        open += more;
        if (of != null) {
            of.open(more);
        }
    }

    boolean isTerminal() {
        return open == 0;
    }

    boolean hasSucceeded() {
        return succeeded > 0;
    }

    long failed() {
        return leaves - succeeded;
    }

    static String text(long leaves, long succeeded, long open) {
        return "leaves %d, succeeded %d, open %d".formatted(leaves, succeeded, open);
    }

    @Override
    public String toString() {
        return text(leaves, succeeded, open);
    }
}
