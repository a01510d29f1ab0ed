package io.waybill.sinks.files;

import io.waybill.sink.TwoPhaseSink.Row;

/** Its bytes as they will stand in the file, delimiter included. */
record FileRow(byte[] content) implements Row {

    private static final int OVERHEAD = 32;

    @Override
    public long bytes() {
        return content.length + (long) OVERHEAD;
    }
}
