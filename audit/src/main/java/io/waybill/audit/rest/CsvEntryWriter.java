package io.waybill.audit.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.waybill.audit.AuditEntry;
import io.waybill.format.TrackingId;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180: every field quoted. What a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises
 * against CSV injection: people typed it. The other format has it as it is.
 */
final class CsvEntryWriter implements EntryWriter {

    private static final String FORMULA = "=+-@\t\r";

    private final Writer out;

    CsvEntryWriter(OutputStream out) throws IOException {
        this.out = new BufferedWriter(new OutputStreamWriter(out, UTF_8));
        line(
                "number",
                "at",
                "recordedAt",
                "actor",
                "action",
                "subjectKind",
                "subject",
                "pipeline",
                "trackingId",
                "reason",
                "detail",
                "hash");
    }

    @Override
    public void write(AuditEntry entry) {
        try {
            TrackingId flow = entry.trackingId();
            line(
                    Long.toString(entry.number()),
                    entry.at().toString(),
                    entry.recordedAt().toString(),
                    entry.actor(),
                    entry.action(),
                    entry.subjectKind(),
                    entry.subject(),
                    entry.pipeline(),
                    flow == null ? null : flow.toString(),
                    entry.reason(),
                    entry.detail(),
                    entry.hash());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private void line(@Nullable String... fields) throws IOException {
        out.write(Stream.of(fields).map(CsvEntryWriter::quoted).collect(Collectors.joining(",", "", "\r\n")));
    }

    private static String quoted(@Nullable String field) {
        String text = Objects.requireNonNullElse(field, "");
        boolean formula = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
        return (formula ? "\"'" : "\"") + text.replace("\"", "\"\"") + '"';
    }

    @Override
    public void finish() throws IOException {
        out.flush();
    }
}
