package io.waybill.sink;

import java.util.List;

/** How far a target is. */
public sealed interface Standing permits Standing.At, Standing.Nowhere, Unavailable {

    /**
     * Everything below is applied, but for what was rejected.
     *
     * @param rejected those that are kept, at least all that were not told
     */
    record At(long next, List<Rejection> rejected) implements Standing {

        public At {
            rejected = List.copyOf(rejected);
        }
    }

    /** It knows nothing of this log. */
    record Nowhere() implements Standing {}
}
