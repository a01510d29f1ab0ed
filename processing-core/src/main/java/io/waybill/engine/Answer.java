package io.waybill.engine;

import org.jspecify.annotations.Nullable;

/** What came of a call. */
sealed interface Answer {

    /** @param value as the team's function returned it, null included */
    record Value(@Nullable Object value) implements Answer {}

    record Failed(Throwable thrown) implements Answer {}

    /** Its time was over first. */
    record Missing() implements Answer {}
}
