package io.waybill.sinks.postgres;

import io.waybill.sink.TwoPhaseSink.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of one execution of the statement. */
record PostgresRow(List<@Nullable Object> values, long bytes) implements Row {}
