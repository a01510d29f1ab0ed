package io.waybill.console.deadletters;

import io.waybill.console.payload.Payload;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A payload in one of its views. */
record PayloadPane(Payload payload, View view, int revision) {

    enum View {
        FORMATTED,
        EXACT,
        HEX
    }

    static PayloadPane of(Payload payload, @Nullable String view, int revision) {
        for (View known : View.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(view)) {
                return new PayloadPane(payload, known, revision);
            }
        }
        return new PayloadPane(payload, payload.isText() ? View.FORMATTED : View.HEX, revision);
    }

    public String text() {
        return switch (view) {
            case FORMATTED -> payload.formatted();
            case EXACT -> payload.exact();
            case HEX -> payload.hex();
        };
    }

    /** Whether the page shows less than all of it. */
    public boolean isCut() {
        return switch (view) {
            case FORMATTED, EXACT -> payload.isCut();
            case HEX -> payload.isHexCut();
        };
    }
}
