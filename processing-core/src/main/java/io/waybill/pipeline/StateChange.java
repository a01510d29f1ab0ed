package io.waybill.pipeline;

/** What becomes of stored state that a new version of its pipeline no longer declares as it was. */
public sealed interface StateChange {

    /** It is forgotten. */
    record Drop() implements StateChange {}

    /** The new serde reads what the old one wrote: the values stay as they are. */
    record Keep() implements StateChange {}

    /** Each value is written anew, from bytes to bytes, before the task runs. */
    record Migrate(Fn<byte[], byte[]> function) implements StateChange {}
}
