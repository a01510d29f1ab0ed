package io.waybill.audit.rest;

import io.waybill.audit.InvalidAuditQueryException;
import io.waybill.audit.InvalidAuditQueryException.Code;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;

/** How an export is written. */
enum ExportFormat {
    /** RFC 4180 with a heading; UTF-8. */
    CSV("text/csv;charset=UTF-8") {
        @Override
        EntryWriter to(OutputStream out) throws IOException {
            return new CsvEntryWriter(out);
        }
    },
    /** One JSON object a line. */
    NDJSON("application/x-ndjson") {
        @Override
        EntryWriter to(OutputStream out) {
            return new NdjsonEntryWriter(out);
        }
    };

    private final String mediaType;

    ExportFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    abstract EntryWriter to(OutputStream out) throws IOException;

    String mediaType() {
        return mediaType;
    }

    String suffix() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ExportFormat of(String name) {
        for (ExportFormat format : values()) {
            if (format.suffix().equals(name)) {
                return format;
            }
        }
        throw new InvalidAuditQueryException(
                Code.INVALID_PARAMETER,
                "expected 'format' to be one of %s, but was: %s"
                        .formatted(
                                List.of(values()).stream()
                                        .map(ExportFormat::suffix)
                                        .toList(),
                                name));
    }
}
