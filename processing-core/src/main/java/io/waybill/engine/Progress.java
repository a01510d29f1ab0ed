package io.waybill.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How far a run came. */
sealed interface Progress {

    /** Its effects are complete and wait to be released. */
    record Settled() implements Progress {}

    /** There is more to run. */
    record More() implements Progress {}

    /** Parts of a split that has not returned were put by: the checkpoint may close before it gives more. */
    record PutBy(Effects written) implements Progress {}

    /** @param news what to tell about it, once; null where it was told */
    record Held(Instant until, @Nullable Fact news) implements Progress {}

    /** An operator takes long: another thread is in it. */
    record Running() implements Progress {}

    /** Its failure policy says that the task stops before this record. */
    record Stopped(OperatorFailure failure) implements Progress {}
}
