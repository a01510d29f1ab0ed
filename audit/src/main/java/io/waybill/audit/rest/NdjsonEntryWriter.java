package io.waybill.audit.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.audit.AuditEntry;
import io.waybill.audit.rest.AuditController.EntryView;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import tools.jackson.databind.json.JsonMapper;

/** Exactly what is kept. */
final class NdjsonEntryWriter implements EntryWriter {

    private final Writer out;
    private final JsonMapper json = JsonMapper.shared();

    NdjsonEntryWriter(OutputStream out) {
        this.out = new BufferedWriter(new OutputStreamWriter(out, UTF_8));
    }

    @Override
    public void write(AuditEntry entry) {
        try {
            out.write(json.writeValueAsString(EntryView.of(entry, json.readTree(entry.detail()))));
            out.write('\n');
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public void finish() throws IOException {
        out.flush();
    }
}
