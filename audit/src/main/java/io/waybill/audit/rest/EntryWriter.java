package io.waybill.audit.rest;

import io.waybill.audit.AuditEntry;
import java.io.IOException;

/** Writes entries one after another. */
interface EntryWriter extends AutoCloseable {

    /** @throws java.io.UncheckedIOException where the reader went away */
    void write(AuditEntry entry);

    @Override
    void close() throws IOException;
}
