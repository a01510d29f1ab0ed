package io.waybill.console.deadletters;

import io.waybill.console.payload.HexText;
import io.waybill.console.payload.PayloadText;
import io.waybill.pipeline.Headers.Header;
import org.jspecify.annotations.Nullable;

/** A header or key as text, or as hex where it is none; at most what fits a table. */
record HeaderRow(String name, String value, boolean hex, boolean cut) {

    private static final int SHOWN_CHARACTERS = 4_000;
    private static final int SHOWN_BYTES = 256;

    static HeaderRow of(Header header) {
        return of(header.name(), header.value());
    }

    static HeaderRow of(String name, byte @Nullable [] value) {
        if (value == null) {
            return new HeaderRow(name, "", false, false);
        }
        return PayloadText.of(value)
                .map(text -> text(name, text.text()))
                .orElseGet(
                        () -> new HeaderRow(name, HexText.dump(value, SHOWN_BYTES), true, value.length > SHOWN_BYTES));
    }

    private static HeaderRow text(String name, String text) {
        boolean cut = text.length() > SHOWN_CHARACTERS;
        return new HeaderRow(name, cut ? text.substring(0, SHOWN_CHARACTERS) : text, false, cut);
    }
}
