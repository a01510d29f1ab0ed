package io.waybill.sink;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sink's system refuses rows as they are, and would refuse them again. Nothing is prepared; the checkpoint aborts, and
 * the records of these rows fail with {@code OUTPUT_REFUSED} under the policy of their sink, without being run again. So it
 * is for what is a row's own fault alone; whatever may be otherwise next time is any other exception.
 */
public final class RowsRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient SortedMap<Integer, String> reasons;

    /**
     * @param reasons by the place of the row among those written since the last {@code prepare} or {@code discard}, from 0;
     *     at least one
     */
    public RowsRefusedException(SortedMap<Integer, String> reasons) {
        super("expected the sink to take all rows, but it refused " + some(reasons));
        this.reasons = new TreeMap<>(reasons);
    }

    private static String some(SortedMap<Integer, String> reasons) {
        Integer first = reasons.firstKey();
        String named = "row %d: %s".formatted(first + 1, reasons.get(first));
        return reasons.size() == 1 ? named : "%d of them, first %s".formatted(reasons.size(), named);
    }

    /** Why, by the place of the row, from 0. */
    public SortedMap<Integer, String> reasons() {
        return reasons;
    }
}
