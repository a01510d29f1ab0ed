package io.waybill.audit.rest;

import io.waybill.audit.AuditEntry;
import java.io.IOException;

/** Writes entries one after another. Nothing has to be released where it is given up. */
interface EntryWriter {

    /** @throws java.io.UncheckedIOException where the reader went away */
    void write(AuditEntry entry);

    /** After the last one. */
    void finish() throws IOException;
}
