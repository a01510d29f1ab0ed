package io.waybill.sink;

import java.time.Duration;

/**
 * Something that is prepared and neither committed nor aborted.
 *
 * @param age by the sink's own clock
 */
public record Prepared(Handle handle, Duration age) {}
